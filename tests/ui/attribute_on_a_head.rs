bert_runtime::head! {
    #[derive(Default)]
    head Sentiment {
        input pooled;
        classifier: linear hidden -> 2;
    }
}

fn main() {}
