bert_runtime::head! {
    head Churn {
        labels stays, leaves;
        given account: features 3;
        given subject: position;
        input tokens;
        let there = { at subject; }
        concat there, account;
        linear hidden + 3 -> labels;
        loss cross_entropy;
    }
}

#[derive(bert_runtime::Example)]
#[example(task = Churn)]
struct Nothing {
    text: String,
    label: ChurnLabel,
}

#[derive(bert_runtime::Example)]
#[example(task = Churn)]
struct Few {
    text: String,
    #[example(given)]
    account: [f32; 2],
    #[example(given)]
    subject: usize,
    label: ChurnLabel,
}

#[derive(bert_runtime::Example)]
#[example(task = Churn)]
struct Other {
    text: String,
    #[example(given)]
    account: [f32; 3],
    #[example(given, word)]
    subjects: usize,
    label: ChurnLabel,
}

fn main() {}
