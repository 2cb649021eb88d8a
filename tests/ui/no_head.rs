bert_runtime::head! {
}

fn main() {}
