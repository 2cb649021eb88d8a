bert_runtime::head! {
    head Both {
        input pooled;
        linear hidden -> 2;
        input tokens;
        linear hidden -> 5;
    }
}

fn main() {}
