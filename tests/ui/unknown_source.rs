bert_runtime::head! {
    head Sentiment {
        input pooler;
        classifier: linear hidden -> 2;
    }
}

fn main() {}
