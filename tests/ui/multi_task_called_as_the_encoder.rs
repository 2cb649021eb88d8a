bert_runtime::head! {
    head Intent { input pooled; linear hidden -> 2; }
}

#[derive(bert_runtime::MultiTask)]
#[multi_task(krate = bert_runtime)]
struct assistant {
    bert: Intent,
    slots: Intent,
}

fn main() {}
