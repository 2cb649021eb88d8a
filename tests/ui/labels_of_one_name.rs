#[derive(Debug, Clone, Copy, bert_runtime::Labels)]
enum Mood {
    VeryBad,
    Neither,
    #[label("very_bad")]
    Awful,
}

fn main() {}
