//! The model card of a saved model.

use std::fmt::Write;

use super::Saved;
use super::class::Known;

/// What a model card says, beside what is known of the head and its weights.
///
/// ```
/// use bert_runtime::save::ModelCard;
///
/// let card = ModelCard::default().license("mit").dataset("sst2").score("accuracy", 0.91).note("Trained for one epoch.");
/// # let _ = card;
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelCard {
    license: Option<String>,
    language: Option<String>,
    base: Option<String>,
    datasets: Vec<String>,
    scores: Vec<(String, f64)>,
    notes: Vec<String>,
}

impl ModelCard {
    /// The licence, by its identifier, such as `mit`.
    #[must_use]
    pub fn license(self, license: impl Into<String>) -> Self {
        Self { license: Some(license.into()), ..self }
    }

    /// The language of the texts, such as `en`.
    #[must_use]
    pub fn language(self, language: impl Into<String>) -> Self {
        Self { language: Some(language.into()), ..self }
    }

    /// The model that this one was trained from.
    #[must_use]
    pub fn base_model(self, base: impl Into<String>) -> Self {
        Self { base: Some(base.into()), ..self }
    }

    /// A data set that it was trained on.
    #[must_use]
    pub fn dataset(mut self, dataset: impl Into<String>) -> Self {
        self.datasets.push(dataset.into());
        self
    }

    /// What was measured, by its name.
    #[must_use]
    pub fn score(mut self, name: impl Into<String>, value: f64) -> Self {
        self.scores.push((name.into(), value));
        self
    }

    /// A paragraph.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(super) fn text(&self, saved: &Saved<'_>, known: &Known) -> String {
        let mut text = self.front_matter(known);
        let _ = writeln!(text, "\n# {}\n", saved.name);
        for note in &self.notes {
            let _ = writeln!(text, "{note}\n");
        }
        if !saved.text.is_empty() {
            let _ =
                writeln!(text, "The head, on a BERT of {} layers:\n\n```text\n{}```\n", saved.bert.config().num_hidden_layers, saved.text);
        }
        if !self.scores.is_empty() {
            let _ = writeln!(text, "| measured | value |\n| --- | --- |");
            for (name, value) in &self.scores {
                let _ = writeln!(text, "| {name} | {value:.4} |");
            }
            text.push('\n');
        }
        text.push_str(&loading(saved.name, known));
        text
    }

    /// The YAML in front, which the hub reads.
    fn front_matter(&self, known: &Known) -> String {
        let mut yaml = String::from("---\n");
        let lines = [("license", &self.license), ("language", &self.language), ("base_model", &self.base)];
        for (key, value) in lines.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?))) {
            let _ = writeln!(yaml, "{key}: {}", quoted(value));
        }
        if let Some(tag) = known.tag {
            let _ = writeln!(yaml, "pipeline_tag: {tag}");
        }
        let metrics: Vec<&String> = self.scores.iter().map(|(name, _)| name).collect();
        for (key, values) in [("datasets", self.datasets.iter().collect()), ("metrics", metrics)] {
            if !values.is_empty() {
                let _ = writeln!(yaml, "{key}:");
                for value in values {
                    let _ = writeln!(yaml, "- {}", quoted(value));
                }
            }
        }
        yaml + "---\n"
    }
}

/// How it is read again, in Rust and, where transformers has the class, in Python.
fn loading(name: &str, known: &Known) -> String {
    let rust = format!("```rust\nlet model = BertFor::<{name}>::from_pretrained(\"FOLDER\", &Device::Cpu)?;\n```\n");
    match known.class {
        Some(class) => format!("{rust}\n```python\nmodel = transformers.{class}.from_pretrained(\"FOLDER\")\n```\n"),
        None => {
            format!("{rust}\ntransformers has no class of this head: `BertModel` reads the encoder, and leaves the head's weights aside.\n")
        }
    }
}

/// A text as a YAML string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
