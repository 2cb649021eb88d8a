bert_runtime::head! {
    head Sentiment {
        input pooled;
        residul { linear hidden -> hidden; }
        classifier: linear hidden -> 2;
    }
}

fn main() {}
