bert_runtime::head! {
    head Mail {
        labels spam, legal;
        labels spam, ham;
        input pooled;
        linear hidden -> labels;
    }
}

fn main() {}
