#[derive(bert_runtime::BertHead)]
#[head("input pooled; cls { linear hidden -> (2;")]
struct Sentiment;

fn main() {}
