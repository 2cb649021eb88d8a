bert_runtime::head! { head Mood { labels bad, good; input pooled; linear hidden -> labels; loss cross_entropy; } }

#[derive(bert_runtime::Example)]
#[example(task = Mood)]
struct Review {
    label: MoodLabel,
}

fn main() {}
