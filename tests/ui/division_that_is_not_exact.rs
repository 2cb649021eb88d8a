bert_runtime::head! {
    head Sentiment {
        input pooled;
        dense: linear 768 -> 768 / 5;
    }
}

fn main() {}
