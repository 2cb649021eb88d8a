#[derive(bert_runtime::BertHead)]
#[head("input pooled; linear hidden -> 2", path = "heads/sentiment.head")]
struct Sentiment;

fn main() {}
