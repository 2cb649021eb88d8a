bert_runtime::head! {
    head Sentiment {
        input pooled;
        dense: linear hidden -> 300;
        classifier: linear 200 -> 2;
    }
}

fn main() {}
