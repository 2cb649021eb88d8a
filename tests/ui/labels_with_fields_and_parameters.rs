#[derive(Debug, Clone, Copy, bert_runtime::Labels)]
enum Mood<T> {
    Bad,
    Good(T),
    Mixed { share: f32 },
}

fn main() {}
