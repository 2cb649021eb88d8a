bert_runtime::head! {
    crate = ::bert_runtime
    head Sentiment { input pooled; linear hidden -> 2 }
}

fn main() {}
