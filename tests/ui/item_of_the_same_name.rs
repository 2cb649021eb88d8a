bert_runtime::head! {
    head Sentiment {
        input pooled;
        linear hidden -> 2;
    }
}

#[allow(non_snake_case)]
fn Sentiment() {}

fn main() {}
