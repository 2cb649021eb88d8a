#[derive(bert_runtime::BertHead)]
#[head(
    r#"
    labels "O", "B-PER";
    input pooled;
    classifier: linear hidden -> labels;
    loss cross_entropy;
    "#
)]
struct Ner;

fn main() {}
