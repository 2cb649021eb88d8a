#[derive(bert_runtime::BertHead)]
#[head(path = "heads/utf16.head")]
struct Sentiment;

fn main() {}
