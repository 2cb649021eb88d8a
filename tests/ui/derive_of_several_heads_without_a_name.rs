#[derive(bert_runtime::BertHead)]
#[head(path = "heads/two.head")]
struct Both;

fn main() {}
