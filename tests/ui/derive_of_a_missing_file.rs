#[derive(bert_runtime::BertHead)]
#[head(path = "heads/sentimnet.head")]
struct Sentiment;

fn main() {}
