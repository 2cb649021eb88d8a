#[derive(bert_runtime::BertHead)]
#[head()]
struct Sentiment;

fn main() {}
