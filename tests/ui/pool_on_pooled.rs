bert_runtime::head! {
    head Sentence {
        input pooled;
        pool mean;
        decode embedding;
    }
}

fn main() {}
