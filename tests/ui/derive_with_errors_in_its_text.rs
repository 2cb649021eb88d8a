#[derive(bert_runtime::BertHead)]
#[head("labels negative, positive; input pooled; dropuot; classifier: linear hidden -> labels; loss cros_entropy;")]
struct Sentiment;

fn main() {}
