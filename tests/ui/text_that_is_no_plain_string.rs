bert_runtime::head! {
    head Ner {
        labels b"O", "B-PER";
        input tokens;
        linear hidden -> labels;
    }
}

fn main() {}
