bert_runtime::head! {
    head Sentiment {
        //! Is it good or bad?
        input pooled;
        classifier: linear hidden -> 2;
    }
}

fn main() {}
