#[derive(Debug, Clone, Copy, bert_runtime::Labels)]
#[label("mood")]
#[labels(crat = bert_runtime)]
enum Mood {
    #[label("")]
    Bad,
    #[label(name = "neither")]
    Neither,
    #[label]
    Good,
    #[labels("best")]
    Best,
    #[label("a")]
    #[label("b")]
    Twice,
}

fn main() {
    let _ = bert_runtime::Label::index(Mood::Best);
}
