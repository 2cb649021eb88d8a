//! Small models for the server, and a process of its own for each look-up, so that no test changes the environment of another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use bert_runtime::weights::{Locate, locate};
use sha2::Digest as _;
use tempfile::TempDir;

pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A file with the entity tag of `git hash-object` or `sha256sum`.
#[derive(Debug, Clone)]
pub struct File {
    pub name: &'static str,
    pub content: Vec<u8>,
    pub tag: &'static str,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub commit: &'static str,
    pub files: Vec<File>,
}

impl Model {
    /// A model with one file of weights and a superfluous copy of them.
    pub fn small() -> Self {
        let mut model = Self::without_weights();
        model.add("model.safetensors", weights(), "2dd562a35b0edc4604fadd2830cc4f022a69356d5b2e2b70ef3d7a3f0776ce51");
        model.add("pytorch_model.bin", weights(), "2dd562a35b0edc4604fadd2830cc4f022a69356d5b2e2b70ef3d7a3f0776ce51");
        model
    }

    /// A model with two shards of PyTorch's.
    pub fn sharded() -> Self {
        let mut model = Self::without_weights();
        let index = b"{\"weight_map\": {\"a\": \"pytorch_model-1.bin\", \"b\": \"pytorch_model-2.bin\"}}\n";
        model.add("pytorch_model.bin.index.json", index.to_vec(), "15166d9a01117fba93fe41d49c5de6274e527aca");
        let shard = |step: usize, start: usize| (0..1000).map(|at| ((at * step + start) % 251) as u8).collect();
        model.add("pytorch_model-1.bin", shard(5, 1), "0e8cea45bb69a0c0f7f7233766bf76a3064aaa0a5bd1a3474538a9d3451f53b9");
        model.add("pytorch_model-2.bin", shard(3, 2), "7d74e4e8f09be6be3c402596095c1947becddad9f5e6ea271ef306bce6274368");
        model
    }

    pub fn without_weights() -> Self {
        let mut model = Self { commit: COMMIT, files: Vec::new() };
        model.add("config.json", b"{\"model_type\": \"bert\"}\n".to_vec(), "dc1fb7b6703fe03317c1a080b523bf475f3d4818");
        model.add("vocab.txt", b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n".to_vec(), "f9f82c227bc5813ad16d8283d2c4c4e5ebabfae7");
        model.add("tokenizer_config.json", b"{\"do_lower_case\": true}\n".to_vec(), "dd43f9aa6e46e2ee4790a9d473843289557f41aa");
        model.add("README.md", b"not needed".to_vec(), "no-such-tag");
        model
    }

    /// A model of a folder's files.
    pub fn of_folder(folder: &Path) -> Self {
        let mut model = Self { commit: COMMIT, files: Vec::new() };
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let content = fs::read(entry.path()).unwrap();
            let tag = sha256(&content);
            model.add(entry.file_name().into_string().unwrap().leak(), content, tag.leak());
        }
        model
    }

    pub fn add(&mut self, name: &'static str, content: Vec<u8>, tag: &'static str) {
        self.files.push(File { name, content, tag });
    }

    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }
}

fn sha256(content: &[u8]) -> String {
    sha2::Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn weights() -> Vec<u8> {
    (0..300_000_usize).map(|at| ((at * at + 7 * at) / 3 % 251) as u8).collect()
}

/// What a look-up in a process of its own came to: the folder, or the kind and message of the error.
pub type Outcome<T = PathBuf> = Result<T, (String, String)>;

/// Names and values for the environment of a look-up.
pub type Variables<'a> = &'a [(&'a str, &'a str)];

/// A home with an empty cache, for look-ups.
pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The model's folder in the cache.
    pub fn model(&self) -> PathBuf {
        self.path().join("hf/hub/models--org--name")
    }

    pub fn snapshot(&self) -> PathBuf {
        self.model().join("snapshots").join(COMMIT)
    }

    pub fn locate(&self, endpoint: &str) -> Outcome {
        self.locate_with(endpoint, &[])
    }

    /// Looks `org/name` up with more variables; `LOOK_UP_REVISION` and `LOOK_UP_OFFLINE` are the options.
    pub fn locate_with(&self, endpoint: &str, variables: Variables<'_>) -> Outcome {
        outcome(start(&mut self.command(endpoint, variables)))
    }

    pub fn command(&self, endpoint: &str, variables: Variables<'_>) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["look_up_for_another_test", "--exact", "--nocapture", "--test-threads=1"]);
        self.equip(&mut command, endpoint, variables);
        command
    }

    pub fn equip(&self, command: &mut Command, endpoint: &str, variables: Variables<'_>) {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("HF_") || text.starts_with("HUGGING") || text.to_lowercase().ends_with("_proxy") {
                command.env_remove(&name);
            }
        }
        command.env_remove("TRANSFORMERS_OFFLINE").env_remove("XDG_CACHE_HOME").env("HOME", self.path());
        command.env("HF_HOME", self.path().join("hf")).env("HF_ENDPOINT", endpoint).env("LOOK_UP", "org/name");
        command.envs(variables.iter().copied());
    }
}

pub fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

pub fn outcome(child: Child) -> Outcome {
    said(child).map(PathBuf::from)
}

/// What a process of this file's [`look_up`] printed as its result.
pub fn said(child: Child) -> Outcome<String> {
    let output = child.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let line = |start: &str| stdout.lines().find_map(|line| line.strip_prefix(start).map(str::to_owned));
    if let Some(result) = line("result: ") {
        return Ok(result);
    }
    let refused = line("refused: ").unwrap_or_else(|| panic!("the look-up ended without a result: {stdout}\n{stderr}"));
    let (kind, message) = refused.split_once(": ").unwrap();
    Err((kind.to_owned(), message.to_owned()))
}

/// The body of the process that [`Home::command`] starts: `LOOK_UP_AS` says whether it opens the model, and how.
pub fn look_up() {
    let Ok(id) = std::env::var("LOOK_UP") else { return };
    let how = Locate { revision: std::env::var("LOOK_UP_REVISION").ok(), offline: std::env::var_os("LOOK_UP_OFFLINE").is_some() };
    let outcome = match std::env::var("LOOK_UP_AS") {
        Ok(kind) => crate::whole::predict(&id, &kind, how),
        Err(_) => locate(&id, &how).map(|folder| folder.display().to_string()),
    };
    match outcome {
        Ok(result) => println!("\nresult: {result}"),
        Err(error) => println!("\nrefused: {:?}: {}", error.kind(), error.to_string().replace('\n', " ")),
    }
}
