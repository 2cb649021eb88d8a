//! What a download leaves in the cache, and what a second look-up asks for.

use std::fs;
use std::path::Path;

use crate::fixture::{COMMIT, Home, Model, Variables, outcome, start, weights};
use crate::server::{Hub, Reply};

const REFUSED: &str = "http://127.0.0.1:1";

#[test]
fn a_download_has_the_layout_that_hugging_face_users_know() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    let folder = home.locate(&hub.endpoint()).unwrap();
    assert_eq!(folder, home.snapshot());
    for file in Model::small().files.iter().filter(|file| !["README.md", "pytorch_model.bin"].contains(&file.name)) {
        assert_eq!(fs::read(folder.join(file.name)).unwrap(), file.content);
        assert_eq!(fs::read(home.model().join("blobs").join(file.tag)).unwrap(), file.content);
        #[cfg(unix)]
        assert_eq!(fs::read_link(folder.join(file.name)).unwrap(), Path::new("../../blobs").join(file.tag));
    }
    assert_eq!(fs::read_to_string(home.model().join("refs/main")).unwrap(), COMMIT);
    assert_eq!(names(&home.model()), ["blobs", "refs", "snapshots"]);
    assert_eq!(names(&folder), ["config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt"]);
}

#[test]
fn a_second_look_up_downloads_nothing() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    home.locate(&hub.endpoint()).unwrap();
    let first = hub.log().len();
    assert_eq!(home.locate(&hub.endpoint()).unwrap(), home.snapshot());
    let second = hub.log().split_off(first);
    assert!(second.len() == 1 && second[0].is_listing(), "{second:?}");
}

#[test]
fn offline_reads_the_cache_and_asks_nobody() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    for offline in [("LOOK_UP_OFFLINE", "1"), ("HF_HUB_OFFLINE", "yes")] {
        let (kind, message) = home.locate_with(&hub.endpoint(), &[offline]).unwrap_err();
        assert_eq!(kind, "Hub");
        assert!(message.contains("`org/name` at revision `main` is not in the cache") && message.contains("HF_HUB_OFFLINE"), "{message}");
    }
    assert!(hub.log().is_empty());
    home.locate(&hub.endpoint()).unwrap();
    for offline in [("LOOK_UP_OFFLINE", "1"), ("HF_HUB_OFFLINE", "ON")] {
        assert_eq!(home.locate_with(REFUSED, &[offline]).unwrap(), home.snapshot());
    }
}

#[test]
fn a_pinned_commit_is_asked_for_once() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    home.locate_with(&hub.endpoint(), &[("LOOK_UP_REVISION", COMMIT)]).unwrap();
    assert_eq!(home.locate_with(REFUSED, &[("LOOK_UP_REVISION", COMMIT)]).unwrap(), home.snapshot());
    assert!(!home.model().join("refs").exists());
}

#[test]
fn a_revision_with_slashes_shares_what_is_there() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    home.locate(&hub.endpoint()).unwrap();
    home.locate_with(&hub.endpoint(), &[("LOOK_UP_REVISION", "refs/pr/1")]).unwrap();
    assert_eq!(fs::read_to_string(home.model().join("refs/refs/pr/1")).unwrap(), COMMIT);
    assert_eq!(hub.downloads_of("model.safetensors").len(), 2, "the redirect and the file, once");
}

#[test]
fn shards_are_fetched_by_their_index() {
    let (hub, home) = (Hub::honest(Model::sharded()), Home::new());
    let folder = home.locate(&hub.endpoint()).unwrap();
    for name in ["pytorch_model.bin.index.json", "pytorch_model-1.bin", "pytorch_model-2.bin"] {
        assert_eq!(fs::read(folder.join(name)).unwrap(), Model::sharded().file(name).unwrap().content);
    }
}

#[test]
fn a_token_goes_to_the_hub_and_not_with_a_download_from_elsewhere() {
    let home = Home::new();
    let file = home.path().join("my-token");
    fs::write(&file, "hf_of_file\n").unwrap();
    fs::create_dir(home.path().join("hf")).unwrap();
    fs::write(home.path().join("hf/token"), "hf_of_home").unwrap();
    let path = file.to_str().unwrap();
    let cases: [(Variables, Option<&str>); 4] = [
        (&[("HF_TOKEN", "hf_of_variable"), ("HF_TOKEN_PATH", path)], Some("Bearer hf_of_variable")),
        (&[("HF_TOKEN_PATH", path)], Some("Bearer hf_of_file")),
        (&[], Some("Bearer hf_of_home")),
        (&[("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")], None),
    ];
    for (variables, expected) in cases {
        let hub = Hub::honest(Model::small());
        let cache = tempfile::tempdir().unwrap();
        let variables = [variables, &[("HF_HUB_CACHE", cache.path().to_str().unwrap())]].concat();
        home.locate_with(&hub.endpoint(), &variables).unwrap();
        assert!(hub.log().iter().any(|request| request.is_probe() && request.host.starts_with("localhost")));
        for request in hub.log() {
            let is_hub = request.host.starts_with("127.0.0.1");
            assert_eq!(request.token.as_deref(), expected.filter(|_| is_hub), "{request:?}");
        }
    }
}

/// A redirect from elsewhere back to the hub must not make the hub answer in the user's name.
#[test]
fn a_token_does_not_come_back_with_a_redirect_from_elsewhere() {
    let hub = Hub::start(Model::small(), |request, reply| match request.path.strip_prefix("/cdn/") {
        Some(file) if request.host.starts_with("localhost") => {
            let port = request.host.rsplit(':').next().unwrap();
            Reply::status(302).with("Location", format!("http://127.0.0.1:{port}/cdn/{file}"))
        }
        _ => reply,
    });
    let home = Home::new();
    home.locate_with(&hub.endpoint(), &[("HF_TOKEN", "hf_x")]).unwrap();
    let (back, direct): (Vec<_>, Vec<_>) = hub.log().into_iter().partition(|request| request.path.starts_with("/cdn/"));
    assert!(!back.is_empty() && back.iter().all(|request| request.token.is_none()), "{back:?}");
    assert!(direct.iter().all(|request| request.token.as_deref() == Some("Bearer hf_x")), "{direct:?}");
}

/// `script` of util-linux gives the process a terminal.
#[cfg(target_os = "linux")]
#[test]
fn progress_is_shown_on_a_terminal_only() {
    if std::process::Command::new("script").arg("--version").output().is_err() {
        eprintln!("skipped: there is no program `script`");
        return;
    }
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    let shown = |home: &Home, variables: Variables| {
        let mut command = std::process::Command::new("script");
        let program = format!("{} look_up_for_another_test --exact --nocapture", std::env::current_exe().unwrap().display());
        command.args(["--quiet", "--return", "--command", &program, "/dev/null"]).env("TERM", "xterm");
        home.equip(&mut command, &hub.endpoint(), variables);
        String::from_utf8(start(&mut command).wait_with_output().unwrap().stdout).unwrap()
    };
    let terminal = shown(&home, &[]);
    assert!(terminal.contains("model.safetensors [") && terminal.contains("292.97 KiB/292.97 KiB"), "{terminal}");
    let quiet = shown(&Home::new(), &[("HF_HUB_DISABLE_PROGRESS_BARS", "1")]);
    assert!(quiet.contains("result: ") && !quiet.contains("KiB"), "{quiet}");
    let piped = start(&mut Home::new().command(&hub.endpoint(), &[])).wait_with_output().unwrap();
    assert!(piped.status.success() && !String::from_utf8(piped.stderr).unwrap().contains("KiB"));
}

#[test]
fn two_processes_at_once_download_each_file_once() {
    let hub = Hub::start(Model::small(), |request, mut reply| {
        if request.is_download_of("model.safetensors") {
            reply.delay = std::time::Duration::from_millis(300);
        }
        reply
    });
    let home = Home::new();
    let processes = [0; 3].map(|_| start(&mut home.command(&hub.endpoint(), &[])));
    for process in processes {
        assert_eq!(outcome(process).unwrap(), home.snapshot());
    }
    assert_eq!(fs::read(home.snapshot().join("model.safetensors")).unwrap(), weights());
    assert_eq!(hub.downloads_of("model.safetensors").len(), 2, "the redirect and the file, once");
    assert_eq!(names(&home.model()), ["blobs", "refs", "snapshots"]);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
