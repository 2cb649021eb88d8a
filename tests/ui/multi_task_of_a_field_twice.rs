bert_runtime::head! {
    head Intent { input pooled; linear hidden -> 2; }
}

#[derive(bert_runtime::MultiTask)]
struct Assistant {
    intent: Intent,
    intent: Intent,
}

fn main() {
    let _ = bert_runtime::Bert::fresh::<Assistant>;
}
