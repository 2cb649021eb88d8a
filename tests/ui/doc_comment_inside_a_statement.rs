bert_runtime::head! {
    head Sentiment {
        labels
            /// Bad.
            negative,
            positive;
        input pooled;
        classifier: linear hidden -> labels;
    }
}

fn main() {}
