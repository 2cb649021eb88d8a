bert_runtime::head! {
    head Sentiment {
        labels negative, positive;
        input pooled;
        dropuot;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }
}

fn main() {}
