bert_runtime::head! {
    head Sentiment {
        labels negative, positive;
        input pooled;
        classifier: linear hidden -> 3;
        loss cross_entropy;
    }
}

fn main() {}
