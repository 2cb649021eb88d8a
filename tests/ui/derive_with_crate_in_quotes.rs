#[derive(bert_runtime::BertHead)]
#[head("input pooled; linear hidden -> 2", crate = "my_bert")]
struct Sentiment;

fn main() {}
