bert_runtime::head! {
    head Sentiment {
        labels negative, positive;
        input pooled;
        classifier: linear hidden -> labels;
        softmax;
        loss cross_entropy;
    }
}

fn main() {}
