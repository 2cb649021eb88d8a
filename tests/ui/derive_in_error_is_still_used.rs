use bert_runtime::{BertFor, BertHead, Task};

#[derive(BertHead)]
#[head("labels negative, positive; input pooled; linear hidden ->")]
struct Sentiment;

#[derive(BertHead)]
#[head(path = "heads/nowhere.head")]
struct Ner;

fn main() -> bert_runtime::Result<()> {
    let model = BertFor::<Sentiment>::from_pretrained("model", &bert_runtime::Device::Cpu)?;
    let ner = model.bert().bind::<Ner>()?;
    let label: SentimentLabel = "positive".parse()?;
    let head: (&SentimentHead, &NerHead) = (model.head(), ner.head());
    println!("{label} {head:?} {} {:?}", <Sentiment as Task>::NAME, label == SentimentLabel::Negative);
    Ok(())
}
