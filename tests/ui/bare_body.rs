bert_runtime::head! {
    input pooled;
    classifier: linear 768 -> 2;
}

fn main() {}
