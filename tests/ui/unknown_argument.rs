bert_runtime::head! {
    head Sentiment {
        input pooled;
        classifier: linear hidden -> 2, bais=false;
    }
}

fn main() {}
