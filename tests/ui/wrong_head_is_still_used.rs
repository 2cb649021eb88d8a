use bert_runtime::{BertFor, Task};

bert_runtime::head! {
    head Sentiment {
        labels negative, positive;
        input pooled;
        dropuot;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }
}

fn main() -> bert_runtime::Result<()> {
    let model = BertFor::<Sentiment>::fresh_head("model", 0, &bert_runtime::Device::Cpu)?;
    let outputs: SentimentOutput = <Sentiment as Task>::output(Vec::new())?;
    println!("{:?} {:?}", model.head(), outputs.logits);
    println!("{:?} {:?}", model.predict("Good.")?, SentimentLabel::Positive);
    Ok(())
}
