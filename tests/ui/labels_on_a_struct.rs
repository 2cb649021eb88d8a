#[derive(Debug, Clone, Copy, bert_runtime::Labels)]
struct Mood;

fn main() {}
