#[derive(bert_runtime::BertHead)]
#[head("input pooled; linear hidden -> 2")]
#[allow(non_camel_case_types)]
struct sentiment;

fn main() {}
