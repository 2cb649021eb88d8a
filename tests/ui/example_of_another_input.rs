bert_runtime::head! {
    head Mood { labels bad, good; input pooled; linear hidden -> labels; loss cross_entropy; }
    head Choose { input pooled per choice; linear hidden -> 1; squeeze; loss cross_entropy; }
}

#[derive(bert_runtime::Example)]
#[example(task = Choose)]
struct One {
    text: String,
    label: usize,
}

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Several {
    choices: Vec<String>,
    label: MoodLabel,
}

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct NoText {
    text: u32,
    label: MoodLabel,
}

#[derive(bert_runtime::Example)]
#[example(task = String)]
struct NoTask {
    text: String,
}

fn main() {}
