//! The files that a task begins with.

use std::fs;
use std::path::{Path, PathBuf};

use bert_dsl::rust_names::camel;

use super::task::Task;
use crate::failure::Failure;
use crate::place;

/// The data example.
pub const EXAMPLES: &str = "examples.jsonl";

/// A task that is begun.
pub struct Begun<'a> {
    pub name: &'a str,
    pub task: Task,
    /// The folder of `bert-runtime`, if it is said.
    pub runtime: Option<&'a Path>,
}

impl Begun<'_> {
    /// The head's file.
    pub fn head(&self) -> String {
        format!("{}.head", self.name)
    }

    /// Writes all files into a folder of the task's name, and gives their paths.
    ///
    /// # Errors
    /// A file that is there already: then none is written.
    pub fn write(&self) -> Result<Vec<PathBuf>, Failure> {
        let folder = Path::new(self.name);
        let files = self.files()?;
        let files: Vec<(PathBuf, String)> = files.into_iter().map(|(name, text)| (folder.join(name), text)).collect();
        if let Some((taken, _)) = files.iter().find(|(path, _)| path.exists()) {
            return Err(place::taken(taken));
        }
        let source = folder.join("src");
        fs::create_dir_all(&source).map_err(|error| Failure::new(format!("{} cannot be made: {error}", source.display())))?;
        files.iter().try_for_each(|(path, text)| place::create(path, text))?;
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }

    fn files(&self) -> Result<[(String, String); 4], Failure> {
        let template = self.task.template();
        Ok([
            (self.head(), template.head.to_owned()),
            (EXAMPLES.to_owned(), template.examples.to_owned()),
            ("src/main.rs".to_owned(), self.program(template.program)),
            ("Cargo.toml".to_owned(), self.manifest()?),
        ])
    }

    /// The program under the task's own name, and with the head's file beside it.
    fn program(&self, template: &str) -> String {
        let there = format!("src/bin/bert/new/templates/{}/task.head", self.task.word());
        template.replace(&there, &self.head()).replace("Begun", &camel(self.name))
    }

    fn manifest(&self) -> Result<String, Failure> {
        let (name, version) = (self.name, env!("CARGO_PKG_VERSION"));
        let published = format!("bert-runtime = {version:?}");
        let runtime = match self.runtime()? {
            Some(folder) => {
                let folder = folder.display().to_string();
                format!("# A checkout; the published crate is `{published}`.\nbert-runtime = {{ path = {folder:?} }}")
            }
            None => format!("# The published crate; a checkout is `bert-runtime = {{ path = \"CHECKOUT/bert-runtime\" }}`.\n{published}"),
        };
        Ok(format!(
            "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n{runtime}\n\n\
             # A workspace of its own, wherever the folder is.\n[workspace]\n"
        ))
    }

    /// The folder of the runtime: that which was said, or the checkout that this command was built in, while it is there.
    fn runtime(&self) -> Result<Option<PathBuf>, Failure> {
        let is_runtime =
            |folder: &Path| fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("name = \"bert-runtime\""));
        let built = Path::new(env!("CARGO_MANIFEST_DIR"));
        match self.runtime {
            Some(folder) if !is_runtime(folder) => Err(Failure::new(format!(
                "{} is not the folder of the crate `bert-runtime`: its Cargo.toml does not say so",
                folder.display()
            ))),
            Some(folder) => absolute(folder).map(Some),
            None => Ok((is_runtime(built) && built.join("../bert-dsl/Cargo.toml").is_file()).then(|| built.to_owned())),
        }
    }
}

fn absolute(folder: &Path) -> Result<PathBuf, Failure> {
    folder.canonicalize().map_err(|error| Failure::new(format!("{} cannot be found: {error}", folder.display())))
}
