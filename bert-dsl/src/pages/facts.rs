//! What checking a page's example finds out.

use super::Subject;
use crate::explain::flow;
use crate::ir::{CheckedHead, LayerUse};
use crate::{Bare, Source, check};

/// What checking a page's example finds out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// What it does, as a sentence without its full stop.
    pub sentence: String,
    /// The same for each word, where there are several.
    pub words: Vec<(&'static str, String)>,
    /// The axes of what it reads and gives: `[batch, token, hidden] -> [batch, hidden]`.
    pub axes: Option<String>,
    /// Its parameters: the name, the shape, and how a new one starts.
    pub parameters: Vec<[String; 3]>,
    /// What a loss is computed against.
    pub target: Option<&'static str>,
    /// The decode that a loss implies: its page, and what a prediction is.
    pub implied: Option<(&'static str, String)>,
}

impl Facts {
    /// What an example says of its subject; nothing where the example is wrong.
    pub(super) fn of(subject: Subject, name: &'static str, words: &[&'static str], example: &str) -> Self {
        let Some(head) = checked(example) else { return Self::default() };
        match subject {
            Subject::Layer => Self::of_layer(name, words, &head),
            Subject::Loss => Self::of_loss(name, &head),
            Subject::Decode => Self::of_decode(name, &head),
        }
    }

    fn of_layer(name: &'static str, words: &[&'static str], head: &CheckedHead) -> Self {
        let Some(used) = head.layers().into_iter().find(|used| used.layer.page() == name) else { return Self::default() };
        let words = if words.len() > 1 { words.iter().filter_map(|word| alone(word)).collect() } else { Vec::new() };
        let sentence =
            if words.is_empty() { used.layer.room().explain() } else { "applies a plain function, without parameters".to_owned() };
        Self { sentence, words, axes: Some(flow(used)), parameters: parameters(head, used), ..Self::default() }
    }

    fn of_loss(name: &'static str, head: &CheckedHead) -> Self {
        let with_loss = head.pipelines.iter().filter_map(|pipeline| Some((pipeline, pipeline.loss.as_ref()?)));
        let Some((pipeline, used)) = with_loss.into_iter().find(|(_, used)| used.loss.page() == name) else { return Self::default() };
        Self {
            sentence: used.loss.room().explain(),
            axes: Some(pipeline.outputs.iter().map(|output| output.ty.to_string()).collect::<Vec<_>>().join(", ")),
            target: Some(head.target(pipeline).explain()),
            implied: Some((pipeline.decode.page(), pipeline.decode.explain())),
            ..Self::default()
        }
    }

    fn of_decode(name: &'static str, head: &CheckedHead) -> Self {
        let Some(pipeline) = head.pipelines.iter().find(|pipeline| pipeline.decode.page() == name) else { return Self::default() };
        let axes = pipeline.outputs.iter().map(|output| output.ty.to_string()).collect::<Vec<_>>().join(", ");
        Self { sentence: pipeline.decode.explain(), axes: Some(axes), ..Self::default() }
    }
}

/// The head of a text that is right.
pub(super) fn checked(text: &str) -> Option<CheckedHead> {
    check(&Source::new("example.head", text), Bare::Named("Example")).heads().ok()?.into_iter().next()
}

/// What one of several words does.
fn alone(word: &'static str) -> Option<(&'static str, String)> {
    let head = checked(&format!("input tokens; {word};"))?;
    Some((word, head.layers().first()?.layer.room().explain()))
}

fn parameters(head: &CheckedHead, used: &LayerUse) -> Vec<[String; 3]> {
    let scope = used.path.join(".") + ".";
    let of_layer = head.parameters.get(used.parameters.clone()).unwrap_or_default();
    of_layer
        .iter()
        .map(|parameter| {
            let shape: Vec<String> = parameter.shape.iter().map(ToString::to_string).collect();
            let name = parameter.path.strip_prefix(&scope).unwrap_or(&parameter.path);
            [name.to_owned(), format!("[{}]", shape.join(", ")), parameter.init.to_string()]
        })
        .collect()
}
