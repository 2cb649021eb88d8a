bert_runtime::head! {
    head Sentiment { input pooled; linear hidden -> 2 }
    head Sentiment { input cls; linear hidden -> 2 }
}

fn main() {}
