#[derive(bert_runtime::BertHead)]
#[head(path = heads::sentiment)]
struct Sentiment;

fn main() {}
