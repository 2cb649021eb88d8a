bert_runtime::head! {
    head Sentiment {
        labels negative, positive = ;
        input pooled;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }
}

fn main() {
    let label: Option<SentimentLabel> = "positive".parse().ok();
    println!("{label:?}");
}
