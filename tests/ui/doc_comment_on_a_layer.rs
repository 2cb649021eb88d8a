bert_runtime::head! {
    head Sentiment {
        input pooled;
        /// Says how good it is.
        classifier: linear hidden -> 2;
    }
}

fn main() {}
