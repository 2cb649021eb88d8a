bert_runtime::head! {
    head Ner {
        labels "O", "B-PER", "I-PER";
        input tokens;
        pool mean;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }
}

fn main() {}
