//! The head and the model that a command runs.

use std::path::{Path, PathBuf};

use bert_runtime::{Bert, BertOptions, DType, DynamicBert, DynamicHead, ErrorKind};
use clap::Args;

use crate::check::checked;
use crate::device::device_of;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::sources::Given;

/// Which model, and where it runs.
#[derive(Args)]
pub struct Place {
    /// The model: a folder in Hugging Face's layout, or an id on its hub.
    #[arg(long, value_name = "DIR")]
    pub model: PathBuf,
    /// `cpu`, `cuda` or `cuda:N`; the processor unless it is said.
    #[arg(long)]
    device: Option<String>,
    /// The number format of weights and of what is computed: `f32`, `bf16` or `f16`.
    #[arg(long, value_parser = dtype, default_value = "f32", value_name = "FORMAT")]
    dtype: DType,
    /// The longest sequence that is read at once, in tokens.
    #[arg(long, value_name = "TOKENS")]
    max_length: Option<usize>,
}

impl Place {
    /// The encoder.
    pub fn open(&self, screen: &mut Screen) -> Result<Bert, Failure> {
        self.open_with(Bert::options(), screen)
    }

    /// The encoder, opened in another way.
    pub fn open_with(&self, options: BertOptions, screen: &mut Screen) -> Result<Bert, Failure> {
        let options = options.dtype(self.dtype);
        let options = self.max_length.map_or(options.clone(), |length| options.max_length(length));
        Ok(options.open(&self.model, &device_of(self.device.as_deref(), screen)?)?)
    }

    /// A trained model, with the head that is given or the one that it was saved with.
    pub fn trained(&self, path: Option<&Path>, screen: &mut Screen) -> Result<DynamicBert, Failure> {
        let saved = self.model.join("head.head");
        let head = match path {
            Some(path) => head(path, screen)?,
            None if saved.is_file() => head(&saved, screen)?,
            None => return Err(self.without_head()),
        };
        self.open(screen)?.bind_dynamic(&head).map_err(|error| match error.kind() {
            ErrorKind::Binding => {
                let (head, encoder) = (path.unwrap_or(&saved).display(), self.model.display());
                Failure::new(format!("{error}\n`bert train {head} --model {encoder} --data FILE` trains a new head on this encoder"))
            }
            _ => error.into(),
        })
    }

    fn without_head(&self) -> Failure {
        let (given, trained) = (self.model.display(), self.model.join("model"));
        match trained.join("head.head").is_file() {
            true => Failure::new(format!("{given} is the folder of a training: its model is in `--model {}`", trained.display())),
            false => Failure::new(format!("{given} was not saved with a head: give one, `bert COMMAND HEAD --model DIR`")),
        }
    }
}

/// The small BERT that ships with the project, while the checkout that this command was built in is there.
pub fn small() -> Option<PathBuf> {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("examples/reader/model");
    model.join("model.safetensors").is_file().then_some(model)
}

/// A number format by its name.
fn dtype(name: &str) -> Result<DType, String> {
    match name {
        "f32" => Ok(DType::F32),
        "bf16" => Ok(DType::BF16),
        "f16" => Ok(DType::F16),
        other => Err(format!("no number format is called `{other}`: write `f32`, `bf16` or `f16`")),
    }
}

/// The one head of a file; what is wrong with it is drawn.
pub fn head(path: &Path, screen: &mut Screen) -> Result<DynamicHead, Failure> {
    let given = Given::File(path.to_owned());
    let (_, heads) = checked(&given, screen)?;
    match heads.as_slice() {
        [_] => Ok(DynamicHead::from_file(path)?),
        several => {
            let names = several.iter().map(|head| format!("`{}`", head.name)).collect::<Vec<_>>().join(", ");
            Err(Failure::new(format!("{} has several heads, {names}: give a file with one", path.display())))
        }
    }
}
