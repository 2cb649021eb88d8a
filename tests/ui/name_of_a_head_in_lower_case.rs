bert_runtime::head! {
    head sentiment_of_texts {
        input pooled;
        classifier: linear hidden -> 2;
    }
}

fn main() {}
