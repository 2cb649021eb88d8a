bert_runtime::head! {
    head Sentiment {
        input pooled;
        classifier: linear hidden ->;
    }
}

fn main() {}
