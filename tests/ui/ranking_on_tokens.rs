bert_runtime::head! {
    head Sentence {
        input tokens;
        normalize;
        loss ranking scale=20;
    }
}

fn main() {}
