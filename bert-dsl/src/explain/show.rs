//! An account as a page of text.

use std::fmt::{self, Display, Formatter, Write as _};

use super::account::{Account, Held, PipelineTold, Told};
use super::sizes::Sizes;
use crate::dim::Dim;
use crate::explain::capital;

/// How wide the page is.
const WIDTH: usize = 100;

impl Display for Account {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "head {}", self.name)?;
        paragraph(f, 2, &format!("The encoder: {}.", self.encoder.join("; ")))?;
        for pipeline in &self.pipelines {
            writeln!(f)?;
            pipeline.show(f, &self.sizes)?;
        }
        writeln!(f)?;
        self.totals(f)
    }
}

impl Account {
    fn totals(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let counts: Vec<Dim> = self.parameters().map(Held::count).collect();
        let sum = counts.iter().try_fold(Dim::number(0), |sum, count| sum.plus(count)).unwrap_or_else(|_| Dim::number(0));
        let work = self.work.told(&self.sizes).unwrap_or_else(|| "no multiply-adds".to_owned());
        let all: Vec<&Dim> = counts.iter().chain(self.work.counts().map(|(_, count)| count)).collect();
        let named = self.sizes.named(all.into_iter());
        let given = if named.is_empty() { String::new() } else { format!(", where {} is", named.join(", ")) };
        let given = given.trim_end_matches(" is").replacen("where ", "with ", 1);
        paragraph(f, 2, &format!("In all: {} parameters, {work}{given}.", self.sizes.told(&sum)))
    }
}

impl PipelineTold {
    fn show(&self, f: &mut Formatter<'_>, sizes: &Sizes) -> fmt::Result {
        writeln!(f, "  input {}  {}", self.reads.source, self.reads.shape)?;
        paragraph(f, 6, &format!("{}.", capital(&self.reads.why)))?;
        for other in &self.others {
            let (source, what) = other.split_once("` ").unwrap_or(("", other));
            paragraph(f, 6, &format!("Why not {source}`? It {what}."))?;
        }
        self.steps.iter().try_for_each(|step| step.show(f, sizes))?;
        writeln!(f, "  output {}", self.outputs.join("; "))?;
        if let Some(loss) = &self.loss {
            paragraph(f, 2, &format!("loss {loss}"))?;
        }
        paragraph(f, 2, &format!("decode {}", self.decode))
    }
}

impl Told {
    fn show(&self, f: &mut Formatter<'_>, sizes: &Sizes) -> fmt::Result {
        let indent = 2 + 2 * self.depth;
        let axes = self.axes.as_ref().map_or_else(String::new, |axes| format!("  {axes}"));
        writeln!(f, "{:indent$}{}{axes}", "", self.title())?;
        let work = self.work.told(sizes).map_or_else(String::new, |work| format!("; {work}"));
        paragraph(f, indent + 4, &format!("{}{work}.", capital(&self.does)))?;
        self.parameters.iter().try_for_each(|held| paragraph(f, indent + 4, &held.told(sizes)))
    }
}

impl Told {
    /// Its path and how it is written, once where these are the same.
    pub(crate) fn title(&self) -> String {
        match &self.path {
            Some(path) if path.rsplit('.').next() == Some(&self.written) => path.clone(),
            Some(path) => format!("{path}: {}", self.written),
            None => self.written.clone(),
        }
    }
}

impl Held {
    /// Its name, shape and count, and how it starts.
    pub(crate) fn told(&self, sizes: &Sizes) -> String {
        let mut told = format!("{} {}: ", self.name, self.shape());
        let _ = match self.tied {
            true => write!(told, "the encoder's word embeddings, unless the checkpoint has one of its own"),
            false => write!(told, "{} numbers, new ones {}", sizes.told(&self.count()), self.init.split(',').next().unwrap_or_default()),
        };
        self.aliases.iter().for_each(|alias| told += &format!(", also read as {alias}"));
        told
    }
}

/// Words in lines, all of them indented.
fn paragraph(f: &mut Formatter<'_>, indent: usize, text: &str) -> fmt::Result {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(f, "{:indent$}{line}", "")?;
            line.clear();
        }
        line += if line.is_empty() { "" } else { " " };
        line += word;
    }
    writeln!(f, "{:indent$}{line}", "")
}
