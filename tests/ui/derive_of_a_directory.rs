#[derive(bert_runtime::BertHead)]
#[head(path = "heads")]
struct Sentiment;

fn main() {}
