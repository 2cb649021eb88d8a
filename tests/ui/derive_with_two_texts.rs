#[derive(bert_runtime::BertHead)]
#[head("input pooled; linear hidden -> 2")]
#[head("input tokens; linear hidden -> 2")]
struct Sentiment;

fn main() {}
