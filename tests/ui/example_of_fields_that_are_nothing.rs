bert_runtime::head! { head Mood { labels bad, good; input pooled; linear hidden -> labels; loss cross_entropy; } }

struct Own;

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Unsaid {
    text: String,
    mood: MoodLabel,
    #[example(texts)]
    other: String,
    #[example(text, target)]
    both: String,
    #[example(text = "sentence")]
    valued: String,
    #[example(column)]
    label: MoodLabel,
    #[example(text, word)]
    counted: String,
}

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Unread {
    text: String,
    label: Own,
}

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Mixed {
    text: String,
    first: String,
    label: MoodLabel,
    #[example(target)]
    again: MoodLabel,
}

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Half {
    first: String,
    label: MoodLabel,
}

fn main() {}
