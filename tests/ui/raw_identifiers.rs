bert_runtime::head! {
    head Sentiment {
        labels r#type, other;
        input pooled;
        r#match: linear hidden -> labels;
    }
}

fn main() {}
