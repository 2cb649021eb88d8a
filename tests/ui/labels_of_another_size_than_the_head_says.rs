use bert_runtime::{Labels, head};

#[derive(Debug, Clone, Copy, Labels)]
pub enum Mood {
    Bad,
    Neither,
    Good,
}

#[derive(Debug, Clone, Copy, Labels)]
pub enum Only {
    One,
}

head! {
    head Weighed { labels crate::Mood; input pooled; linear -> labels; loss cross_entropy class_weights=[1, 2]; }
    head Several { labels crate::Mood; input pooled; linear -> labels; loss bce pos_weight=[1, 2, 3, 4]; }
    head Plain { labels crate::Mood; input pooled; linear -> 5; loss cross_entropy; }
    head Parted { labels crate::Mood; input tokens; linear -> labels; split first, last; }
    head Ranks { labels crate::Only; input pooled; linear -> labels - 1; loss ordinal; }
    head Halves { labels crate::Mood; input pooled; linear -> labels / 2; }
    head Alone { labels crate::Only; input pooled; linear -> labels; loss cross_entropy; }
}

#[derive(bert_runtime::BertHead)]
#[head("labels crate::Mood; input pooled; linear -> labels; loss focal class_weights=[1, 2];")]
struct Text;

fn main() {}
