bert_runtime::head! {
    head Sentiment {
        input pooled;
        classifier: linear hidden -> 300;
        classifier: linear 300 -> 2;
    }
}

fn main() {}
