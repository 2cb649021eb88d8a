#[derive(bert_runtime::BertHead)]
struct Sentiment;

fn main() {}
