#[derive(bert_runtime::BertHead)]
#[head(pth = "heads/sentiment.head")]
#[head(name)]
#[head(5)]
struct Sentiment;

fn main() {}
