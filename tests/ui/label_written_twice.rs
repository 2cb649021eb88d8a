bert_runtime::head! {
    head Mail {
        labels spam, legal, spam;
        input pooled;
        linear hidden -> labels;
    }
}

fn main() {}
