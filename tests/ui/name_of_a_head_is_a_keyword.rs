bert_runtime::head! {
    head Self {
        input pooled;
        classifier: linear hidden -> 2;
    }
}

fn main() {}
