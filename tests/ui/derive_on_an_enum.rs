#[derive(bert_runtime::BertHead)]
#[head("input pooled; linear hidden -> 2")]
enum Sentiment {
    Negative,
    Positive,
}

fn main() {}
