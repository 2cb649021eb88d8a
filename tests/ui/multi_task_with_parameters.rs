#[derive(bert_runtime::MultiTask)]
struct Assistant<T> {
    intent: T,
}

fn main() {}
