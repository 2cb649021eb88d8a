#[derive(Debug, Clone, Copy, bert_runtime::Labels)]
enum Mood {}

fn main() {}
