bert_runtime::head! {
    head Sentiment { input pooled; linear hidden -> 2 }
    crate = ::bert_runtime;
}

fn main() {}
