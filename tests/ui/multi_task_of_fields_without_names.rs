bert_runtime::head! {
    head Intent { input pooled; linear hidden -> 2; }
}

#[derive(bert_runtime::MultiTask)]
struct Assistant(Intent);

fn main() {}
