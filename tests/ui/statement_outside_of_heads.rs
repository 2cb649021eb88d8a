bert_runtime::head! {
    head Sentiment {
        input pooled;
        classifier: linear hidden -> 2;
    }
    loss cross_entropy;
}

fn main() {}
