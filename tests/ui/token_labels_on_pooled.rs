bert_runtime::head! {
    head Ner {
        labels "O", "B-PER", "I-PER";
        input pooled;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }
}

fn main() {}
