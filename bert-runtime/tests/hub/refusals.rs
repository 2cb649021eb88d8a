//! What the hub, or the machine, refuses: every error names the model, the place and the next step, and nothing is left behind.

use std::fs;
use std::time::{Duration, Instant};

use crate::fixture::{Home, Model, Variables};
use crate::server::{Hub, Reply, Request};

fn refusing(status: u16, what: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Hub {
    Hub::start(Model::small(), move |request, reply| if what(request) { Reply::status(status) } else { reply })
}

#[track_caller]
fn assert_says(message: &str, parts: &[&str]) {
    for part in parts.iter().chain(&["`org/name`"]) {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn a_refused_model_says_what_to_do_and_is_asked_for_once() {
    let cases: [(u16, Variables, &[&str]); 6] = [
        (401, &[], &["HTTP 401", "private or gated", "HF_TOKEN", "licence", "/org/name"]),
        (401, &[("HF_TOKEN", "hf_x")], &["HTTP 401", "token that was sent is not valid"]),
        (403, &[("HF_TOKEN", "hf_x")], &["HTTP 403", "accept its licence", "HF_TOKEN"]),
        (404, &[("LOOK_UP_REVISION", "v9")], &["HTTP 404", "`v9`", "no such model or revision"]),
        (429, &[], &["HTTP 429", "wait some minutes", "HF_TOKEN"]),
        (418, &[], &["HTTP 418", "HF_ENDPOINT"]),
    ];
    for (status, variables, parts) in cases {
        let (hub, home) = (refusing(status, Request::is_listing), Home::new());
        let (kind, message) = home.locate_with(&hub.endpoint(), variables).unwrap_err();
        assert_eq!(kind, "Hub");
        assert_says(&message, parts);
        assert!(!message.contains("hf_x"), "{message}");
        assert_eq!(hub.log().len(), 1);
        assert!(!home.model().exists());
    }
}

#[test]
fn a_refused_file_is_named() {
    for (status, part) in [(401, "gated"), (403, "licence"), (404, "the file is not there"), (429, "wait")] {
        let (hub, home) = (refusing(status, |request| request.is_for("vocab.txt")), Home::new());
        let (_, message) = home.locate(&hub.endpoint()).unwrap_err();
        assert_says(&message, &["`vocab.txt`", "revision `main`", part]);
        assert!(!home.model().join("refs").exists());
    }
}

#[test]
fn a_model_without_config_or_weights_is_refused_before_a_download() {
    let (hub, home) = (Hub::honest(Model::without_weights()), Home::new());
    let (_, message) = home.locate(&hub.endpoint()).unwrap_err();
    assert_says(&message, &["has no weights (model.safetensors,", "another revision"]);
    assert_eq!(hub.log().len(), 1);
}

#[test]
fn a_fault_of_the_hub_passes() {
    let hub = Hub::start(Model::small(), |request, reply| if request.before == 0 { Reply::status(503) } else { reply });
    let home = Home::new();
    assert_eq!(home.locate_with(&hub.endpoint(), &[]).unwrap(), home.snapshot());
}

#[test]
fn a_fault_of_the_hub_that_stays_ends_after_four_tries() {
    let (hub, home) = (refusing(502, Request::is_listing), Home::new());
    let (_, message) = home.locate(&hub.endpoint()).unwrap_err();
    assert_says(&message, &["HTTP 502", "tried 4 times", "later", "or give a folder"]);
    assert_eq!(hub.log().len(), 4);
}

#[test]
fn a_busy_hub_is_waited_for_as_long_as_it_asks_within_bounds() {
    let busy = |header: &'static str, value: &'static str| {
        let once = move |request: &Request, reply| match request.is_listing() && request.before == 0 {
            true => Reply::status(429).with(header, value),
            false => reply,
        };
        Hub::start(Model::small(), once)
    };
    for (header, value) in [("Retry-After", "2"), ("RateLimit", "\"api\";r=0;t=2")] {
        let (hub, home, start) = (busy(header, value), Home::new(), Instant::now());
        assert_eq!(home.locate(&hub.endpoint()).unwrap(), home.snapshot());
        assert!(start.elapsed() >= Duration::from_secs(2));
    }
    let (hub, home) = (busy("Retry-After", "300"), Home::new());
    assert_says(&home.locate(&hub.endpoint()).unwrap_err().1, &["HTTP 429", "wait 300 seconds"]);
    assert_eq!(hub.log().len(), 1);
}

#[test]
fn no_network_says_how_to_work_without_it() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    let (_, message) = home.locate("http://127.0.0.1:1").unwrap_err();
    assert_says(&message, &["http://127.0.0.1:1 cannot be reached", "or give a folder"]);
    home.locate(&hub.endpoint()).unwrap();
    let (_, message) = home.locate("http://127.0.0.1:1").unwrap_err();
    assert_says(&message, &["HF_HUB_OFFLINE=1", "has a copy"]);
}

#[test]
fn a_silent_hub_is_given_up() {
    let hub = Hub::start(Model::small(), |_, mut reply| {
        reply.delay = Duration::from_secs(60);
        reply
    });
    let (home, start) = (Home::new(), Instant::now());
    let (_, message) = home.locate_with(&hub.endpoint(), &[("HF_HUB_DOWNLOAD_TIMEOUT", "1")]).unwrap_err();
    assert_says(&message, &["sent nothing for 1 seconds"]);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn wrong_variables_are_named() {
    let home = Home::new();
    let message = |endpoint: &str, variables: &[(&str, &str)]| home.locate_with(endpoint, variables).unwrap_err().1;
    assert!(message("huggingface.co", &[]).contains("HF_ENDPOINT is `huggingface.co`"));
    assert!(message("http://127.0.0.1:1", &[("HF_TOKEN", "hf_a b")]).contains("HF_TOKEN"));
    assert!(message("http://127.0.0.1:1", &[("HF_HUB_DOWNLOAD_TIMEOUT", "soon")]).contains("HF_HUB_DOWNLOAD_TIMEOUT is `soon`"));
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    let file = home.path().join("a-file");
    fs::write(&file, "").unwrap();
    let cache = file.to_str().unwrap();
    let (kind, message) = home.locate_with(&hub.endpoint(), &[("HF_HUB_CACHE", cache)]).unwrap_err();
    assert_eq!(kind, "Hub");
    assert_says(&message, &["`config.json`", cache, "set HF_HUB_CACHE"]);
}

/// Even root cannot make a folder in Linux' `/sys`.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_cache_is_named() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    let (_, message) = home.locate_with(&hub.endpoint(), &[("HF_HUB_CACHE", "/sys/hub")]).unwrap_err();
    assert_says(&message, &["the cache at /sys/hub cannot take it", "make it writable, or set HF_HUB_CACHE"]);
}

/// A limit on the size of a file stands for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_is_named_and_the_download_goes_on_when_there_is_space() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    let mut command = std::process::Command::new("sh");
    let limited = "trap '' XFSZ; ulimit -f 200; exec \"$0\" look_up_for_another_test --exact --nocapture --test-threads=1";
    command.arg("-c").arg(limited).arg(std::env::current_exe().unwrap());
    home.equip(&mut command, &hub.endpoint(), &[]);
    let (_, message) = crate::fixture::outcome(crate::fixture::start(&mut command)).unwrap_err();
    assert_says(&message, &["`model.safetensors`", "cannot take it", "free some space"]);
    assert!(!home.snapshot().join("model.safetensors").exists());
    assert_eq!(home.locate(&hub.endpoint()).unwrap(), home.snapshot());
    let resumed = hub.downloads_of("model.safetensors").pop().unwrap();
    assert!(resumed.range.unwrap().0 >= 100 * 1024, "{resumed:?}");
}
