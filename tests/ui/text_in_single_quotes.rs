bert_runtime::head! {
    head Ner {
        labels 'O', "B-PER";
        input tokens;
        linear hidden -> labels;
    }
}

fn main() {}
