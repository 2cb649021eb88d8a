bert_runtime::head! {
    head Sentiment {
        input pooled;
        bert.classifier: linear hidden -> 2;
    }
}

fn main() {}
