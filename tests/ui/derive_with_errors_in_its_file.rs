#[derive(bert_runtime::BertHead)]
#[head(path = "heads/wrong.head")]
struct Ner;

fn main() {}
