bert_runtime::head! {
    head Assistant {
        labels intent = go, stop;
        input pooled;
        linear hidden -> intent;
        output intent;
        loss cross_entropy;
        input cls;
        linear hidden -> 1;
        squeeze;
        output score;
        loss mse;
    }
}

#[derive(bert_runtime::Example)]
#[example(task = Assistant)]
struct Request {
    text: String,
    #[example(target = "intent")]
    intent: AssistantIntent,
}

#[derive(bert_runtime::Example)]
#[example(task = Assistant)]
struct Nameless {
    text: String,
    label: AssistantIntent,
}

fn main() {}
