bert_runtime::head! {
    head Powers {
        labels "x²", "Ⓐ", "ﷺ";
        input pooled;
        linear hidden -> labels;
    }
}

fn main() {}
