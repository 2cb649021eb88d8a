bert_runtime::head! {
    head Shared {
        input tokens;
        pool mean;
        dense: linear hidden -> 8;
    }

    head Whole {
        input pooled;
        use Shared;
    }

    head Misspelled {
        input tokens;
        use Share;
    }
}

fn main() {}
