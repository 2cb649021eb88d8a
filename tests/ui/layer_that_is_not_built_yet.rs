bert_runtime::head! {
    head Ner {
        input tokens;
        lstm hidden -> 256, bidirectional;
        linear -> 5;
    }
}

fn main() {}
