//! A head that is read when the program runs.

use std::path::Path;
use std::sync::Arc;

use bert_dsl::ir::CheckedHead;
use bert_dsl::{Bare, Passes, Source, check, optimise};

use crate::bind::Binder;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::labels::Labels;
use crate::interpret::target::Wanted;
use crate::interpret::{InterpretedHead, Registry};

/// A head from a text or a file, checked, which binds to an encoder as a compiled task does.
///
/// It runs on the layers that generated code calls, so both give the same bits.
///
/// ```no_run
/// use bert_runtime::{Bert, Device, DynamicHead};
///
/// let head = DynamicHead::from_source("labels negative, positive; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy;")?;
/// let model = Bert::open("path/to/model", &Device::Cpu)?.bind_dynamic(&head)?;
/// println!("{}", model.predict("What a film!")?);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DynamicHead {
    head: Arc<CheckedHead>,
    source: Arc<Source>,
    registry: Registry,
    passes: Passes,
}

impl DynamicHead {
    /// The one head of a text: `head NAME { .. }`, or a bare body, which is called `Head`.
    ///
    /// # Errors
    /// Of kind [`Head`](ErrorKind::Head): everything that is wrong with the text, each error with its place, reason and fix; a text of
    /// several heads; and one that names Rust types, which [`DynamicHead::with`] takes from a registry.
    pub fn from_source(text: &str) -> Result<Self> {
        Self::with(text, &Registry::new())
    }

    /// The one head of a text that names layers or label enums of a user's own.
    ///
    /// # Errors
    /// As [`DynamicHead::from_source`]; and Rust types that the registry does not have.
    pub fn with(text: &str, registry: &Registry) -> Result<Self> {
        only(registry.heads(text)?)
    }

    /// The one head of a `.head` file; a bare body is called as the file is.
    ///
    /// # Errors
    /// As [`DynamicHead::from_source`]; and a file that cannot be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        only(Registry::new().heads_in(path)?)
    }

    /// The same head, optimised by these passes alone before it runs: by all of them unless it is said.
    #[must_use]
    pub fn optimised(self, passes: Passes) -> Self {
        Self { passes, ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// Its text in canonical form.
    pub fn text(&self) -> &str {
        &self.head.text
    }

    /// What the compiler has found out about it.
    pub fn checked(&self) -> &CheckedHead {
        &self.head
    }

    /// What it reads of the encoder, and why.
    pub fn reads(&self) -> Vec<bert_dsl::explain::Reads> {
        bert_dsl::explain::reads(&self.head)
    }

    /// The predictions that it makes of an example: the name of each, and the labels that it chooses from.
    pub fn answers(&self) -> Vec<(String, Labels)> {
        let of = |pipeline: &bert_dsl::ir::Pipeline| {
            let set = pipeline.labels().and_then(|set| self.head.sets.get(set));
            let labels = set.map_or(Labels::None, |set| self.registry.labels_of(set));
            pipeline.readings().into_iter().map(move |(name, _)| (name, labels.clone()))
        };
        self.head.pipelines.iter().flat_map(of).collect()
    }

    /// What its losses are computed against.
    pub fn targets(&self) -> Vec<Wanted> {
        Wanted::of(&self.head, &self.registry)
    }

    /// The head on an encoder.
    pub(crate) fn bind(&self, binder: &mut Binder<'_>) -> Result<InterpretedHead> {
        InterpretedHead::bind(Arc::new(optimise(&self.head, &self.passes)), &self.source, &self.registry, binder)
    }
}

impl Registry {
    /// All heads of a text.
    ///
    /// # Errors
    /// As [`DynamicHead::from_source`].
    pub fn heads(&self, text: &str) -> Result<Vec<DynamicHead>> {
        self.check_all(Source::new("head", text), "Head")
    }

    /// All heads of a file.
    ///
    /// # Errors
    /// As [`DynamicHead::from_source`]; and a file that cannot be read.
    pub fn heads_in(&self, path: impl AsRef<Path>) -> Result<Vec<DynamicHead>> {
        let path = path.as_ref();
        let source = bert_dsl::read(path).map_err(|fault| Error::new(ErrorKind::Io, fault))?;
        let stem = path.file_stem().map(|stem| bert_dsl::rust_names::camel(&stem.to_string_lossy()));
        self.check_all(source, stem.as_deref().unwrap_or("Head"))
    }

    fn check_all(&self, source: Source, bare: &str) -> Result<Vec<DynamicHead>> {
        let checked = check(&source, Bare::Named(bare)).heads();
        let heads = checked.map_err(|errors| Error::new(ErrorKind::Head, errors.render(&source)))?;
        let source = Arc::new(source);
        let dynamic = |head| {
            self.check(&head)?;
            Ok(DynamicHead { head: Arc::new(head), source: source.clone(), registry: self.clone(), passes: Passes::default() })
        };
        heads.into_iter().map(dynamic).collect()
    }
}

fn only(heads: Vec<DynamicHead>) -> Result<DynamicHead> {
    let names = heads.iter().map(|head| format!("`{}`", head.name())).collect::<Vec<_>>().join(", ");
    let several = || Error::new(ErrorKind::Head, format!("there are several heads, {names}: take them with `Registry::new().heads(..)`"));
    <[DynamicHead; 1]>::try_from(heads).map(|[head]| head).map_err(|_| several())
}
