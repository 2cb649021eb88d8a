#[derive(Debug, Clone, Copy, bert_runtime::Labels)]
enum Mood {
    Bad = 1,
    Neither,
    Good = 5 + 1,
    Best = 0,
}

fn main() {}
