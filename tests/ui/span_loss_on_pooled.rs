bert_runtime::head! {
    head Answers {
        input pooled;
        qa_outputs: linear hidden -> 2;
        split start, end;
        loss span;
    }
}

fn main() {}
