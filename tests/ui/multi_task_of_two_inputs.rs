bert_runtime::head! {
    head Intent { input pooled; linear hidden -> 2; }
    head Choose { input pooled per choice; linear hidden -> 1; squeeze; loss cross_entropy; }
}

#[derive(bert_runtime::MultiTask)]
struct Assistant {
    intent: Intent,
    choose: Choose,
}

fn main() {}
