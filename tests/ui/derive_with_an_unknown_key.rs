#[derive(bert_runtime::BertHead)]
#[head(file = "heads/sentiment.head")]
struct Sentiment;

fn main() {}
