bert_runtime::head! {
    head Stars {
        labels "1 star", "2 stars";
        input pooled;
        linear hidden -> labels;
        loss cross_entropy;
    }
}

fn main() {}
