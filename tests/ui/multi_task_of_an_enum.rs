#[derive(bert_runtime::MultiTask)]
enum Assistant {
    Intent,
}

fn main() {}
