bert_runtime::head! {
    head Sentiment {
        input pooled;
        output raw;
        classifier: linear hidden -> 2;
    }
}

fn main() {}
