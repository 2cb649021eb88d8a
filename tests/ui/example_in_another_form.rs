#[derive(bert_runtime::Example)]
struct NoTask {
    text: String,
}

#[derive(bert_runtime::Example)]
#[example(task = "Mood")]
struct InQuotes {
    text: String,
}

#[derive(bert_runtime::Example)]
#[example(tasks = Mood)]
struct Misspelled {
    text: String,
}

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Nameless(String);

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
enum Several {
    One,
}

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Any<T> {
    text: T,
}

fn main() {}
