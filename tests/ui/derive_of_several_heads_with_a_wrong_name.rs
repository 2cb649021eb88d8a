#[derive(bert_runtime::BertHead)]
#[head(path = "heads/two.head", name = "Nre")]
struct Ner;

fn main() {}
