bert_runtime::head! {
    crate my_bert;
    head Sentiment { input pooled; linear hidden -> 2 }
}

fn main() {}
