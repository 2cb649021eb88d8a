use bert_runtime::{BertFor, Label, Task};

bert_runtime::head! {
    /// Is a review good or bad?
    pub head Sentiment {
        labels negative, positive;
        input
    }
}

fn name(label: SentimentLabel) -> &'static str {
    match label {
        SentimentLabel::Negative => "bad",
        SentimentLabel::Positive => "good",
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Review {
    label: SentimentLabel,
}

fn text(outputs: &SentimentOutput, module: &SentimentHead) -> String {
    format!("{outputs:?} {module:?} {}", SentimentLabel::COUNT)
}

fn main() -> bert_runtime::Result<()> {
    let model = BertFor::<Sentiment>::from_pretrained("model", &bert_runtime::Device::Cpu)?;
    let outputs = <Sentiment as Task>::output(Vec::new())?;
    println!("{} {} {}", text(&outputs, model.head()), name("positive".parse()?), Sentiment::NAME);
    Ok(())
}
