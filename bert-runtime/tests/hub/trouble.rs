//! Answers that are broken off, wrong or hostile: a file in the cache is whole, or it is not there.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::fixture::{Home, Model, weights};
use crate::server::{Hub, Reply, Request};

const WEIGHTS: &str = "model.safetensors";
const HALF: usize = 150_000;

fn is_content(request: &Request) -> bool {
    request.is_download_of(WEIGHTS) && request.path.starts_with("/cdn/")
}

fn assert_whole(home: &Home) {
    assert_eq!(fs::read(home.snapshot().join(WEIGHTS)).unwrap(), weights());
    assert!(!part(home).exists());
}

/// Where the weights grow until they are whole.
fn part(home: &Home) -> PathBuf {
    home.model().join("blobs").join(format!("{}.incomplete", Model::small().file(WEIGHTS).unwrap().tag))
}

fn assert_absent(home: &Home) {
    assert!(!home.snapshot().join(WEIGHTS).exists());
    assert!(!home.model().join("refs").exists());
    assert!(!part(home).with_extension("").exists());
}

#[test]
fn half_a_download_goes_on_from_where_it_broke_off() {
    let hub = Hub::start(Model::small(), |request, mut reply| {
        if is_content(request) && request.before == 0 {
            reply.cut = Some(HALF);
        }
        reply
    });
    let home = Home::new();
    home.locate(&hub.endpoint()).unwrap();
    assert_whole(&home);
    let starts: Vec<_> = hub.log().iter().filter(|request| is_content(request)).map(|request| request.range.unwrap().0).collect();
    assert_eq!(starts, [0, HALF]);
}

#[test]
fn half_a_download_for_ever_is_an_error_and_a_later_run_goes_on() {
    let hub = Hub::start(Model::small(), |request, mut reply| {
        if is_content(request) {
            reply.cut = Some(HALF.saturating_sub(request.range.unwrap().0));
        }
        reply
    });
    let home = Home::new();
    let (kind, message) = home.locate(&hub.endpoint()).unwrap_err();
    assert_eq!(kind, "Hub");
    for part in ["`model.safetensors`", "`org/name` at revision `main`", "broke off", "try again", "tried 4 times"] {
        assert!(message.contains(part), "{message}");
    }
    assert_absent(&home);
    let healed = Hub::honest(Model::small());
    home.locate(&healed.endpoint()).unwrap();
    assert_whole(&home);
    assert_eq!(healed.log().iter().find(|request| is_content(request)).unwrap().range.unwrap().0, HALF);
}

#[test]
fn a_hub_that_does_not_resume_spoils_no_file() {
    let hub = Hub::start(Model::small(), |request, mut reply| match (is_content(request), request.before) {
        (true, 0) => {
            reply.cut = Some(HALF);
            reply
        }
        (true, 1) => Reply { status: 200, body: weights(), ..Reply::default() },
        _ => reply,
    });
    let home = Home::new();
    home.locate(&hub.endpoint()).unwrap();
    assert_whole(&home);
}

#[test]
fn a_short_file_under_an_honest_length_is_not_taken_for_whole() {
    let hub = Hub::start(Model::small(), |request, mut reply| {
        if is_content(request) && request.before == 0 {
            reply.body.truncate(HALF);
        }
        reply
    });
    let home = Home::new();
    home.locate(&hub.endpoint()).unwrap();
    assert_whole(&home);
}

#[test]
fn a_wrong_content_is_thrown_away() {
    for (file, times) in [(WEIGHTS, 1), (WEIGHTS, 9), ("config.json", 9)] {
        let hub = Hub::start(Model::small(), move |request, mut reply| {
            if request.is_download_of(file) && request.before < times && !reply.body.is_empty() {
                reply.body[0] ^= 1;
            }
            reply
        });
        let home = Home::new();
        let outcome = home.locate(&hub.endpoint());
        if times == 1 {
            outcome.unwrap();
            assert_whole(&home);
            continue;
        }
        let (_, message) = outcome.unwrap_err();
        for part in [format!("`{file}`").as_str(), "its hash is not", "thrown away", "tried 2 times"] {
            assert!(message.contains(part), "{message}");
        }
        assert!(!home.snapshot().join(file).exists());
    }
}

#[test]
fn what_a_killed_process_left_is_verified_first() {
    let (hub, home) = (Hub::honest(Model::small()), Home::new());
    let part = part(&home);
    for left in [weights(), vec![0; weights().len()], vec![0; 2 * weights().len()]] {
        fs::create_dir_all(part.parent().unwrap()).unwrap();
        fs::write(&part, left).unwrap();
        home.locate(&hub.endpoint()).unwrap();
        assert_whole(&home);
        fs::remove_dir_all(home.model()).unwrap();
    }
}

/// Some servers answer the range of an empty file with 416, others with the whole of it.
#[test]
fn an_empty_file_is_a_file() {
    let mut model = Model::small();
    model.add("special_tokens_map.json", Vec::new(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    for status in [416, 200] {
        let hub = Hub::start(model.clone(), move |request, mut reply| {
            if request.is_for("special_tokens_map.json") && status == 200 {
                reply.headers.retain(|(name, _)| *name != "Content-Range");
                reply.status = 200;
            }
            reply
        });
        let home = Home::new();
        let folder = home.locate(&hub.endpoint()).unwrap();
        assert_eq!(fs::read(folder.join("special_tokens_map.json")).unwrap(), b"");
    }
}

#[test]
fn a_download_that_falls_silent_goes_on_over_a_new_connection() {
    let hub = Hub::start(Model::small(), |request, mut reply| {
        if is_content(request) && request.before == 0 {
            (reply.cut, reply.pause) = (Some(HALF), Duration::from_secs(60));
        }
        reply
    });
    let (home, start) = (Home::new(), Instant::now());
    home.locate_with(&hub.endpoint(), &[("HF_HUB_DOWNLOAD_TIMEOUT", "1")]).unwrap();
    assert_whole(&home);
    assert!(start.elapsed() < Duration::from_secs(30));
}

/// The address that the hub redirects to is good for a while only: every try asks the hub for a new one.
#[test]
fn a_refusal_by_the_host_of_the_files_passes() {
    let hub =
        Hub::start(Model::small(), |request, reply| if is_content(request) && request.before == 0 { Reply::status(403) } else { reply });
    let home = Home::new();
    home.locate(&hub.endpoint()).unwrap();
    assert_whole(&home);
    assert_eq!(hub.downloads_of(WEIGHTS).len(), 4, "the redirect and the file, twice");
}

#[test]
fn a_page_in_place_of_the_hub_is_told_apart() {
    let hub = Hub::start(Model::small(), |_, _| Reply { status: 200, body: b"<html>Log in</html>".to_vec(), ..Reply::default() });
    let (_, message) = Home::new().locate(&hub.endpoint()).unwrap_err();
    assert!(message.contains("does not answer as a hub does") && message.contains("proxy"), "{message}");
}

#[test]
fn hostile_headers_lead_nowhere() {
    let cases: [(&str, &str); 4] =
        [("ETag", "\"../../../../evil\""), ("ETag", "\"\""), ("X-Repo-Commit", "../../evil"), ("Content-Range", "x")];
    for (name, value) in cases {
        let hub =
            Hub::start(Model::small(), move |request, reply| if request.is_for("config.json") { reply.with(name, value) } else { reply });
        let home = Home::new();
        let (kind, message) = home.locate(&hub.endpoint()).unwrap_err();
        assert_eq!(kind, "Hub");
        assert!(message.contains("does not answer as a hub does"), "{message}");
        assert!(!home.path().join("hf").exists(), "nothing was written for {name}: {value}");
    }
}

#[test]
fn a_hostile_listing_leads_nowhere() {
    let body = br#"{"sha": "../../..", "siblings": [{"rfilename": "config.json"}]}"#;
    let hub = Hub::start(Model::small(), |_, _| Reply { status: 200, body: body.to_vec(), ..Reply::default() });
    let home = Home::new();
    assert!(home.locate(&hub.endpoint()).unwrap_err().1.contains("is not a commit"));
    assert!(!home.path().join("hf").exists());
}

#[test]
fn redirects_without_an_aim_or_an_end_are_errors() {
    let aimless = Hub::start(Model::small(), |request, reply| match request.is_for("config.json") {
        true => Reply::status(302).with("X-Repo-Commit", crate::fixture::COMMIT).with("ETag", "\"a\""),
        false => reply,
    });
    let endless = Hub::start(Model::small(), |request, reply| match request.is_for("config.json") {
        true => Reply::status(302).with("Location", request.path.clone()),
        false => reply,
    });
    for hub in [aimless, endless] {
        let (kind, message) = Home::new().locate_with(&hub.endpoint(), &[("HF_HUB_DOWNLOAD_TIMEOUT", "2")]).unwrap_err();
        assert_eq!(kind, "Hub");
        assert!(message.contains("`config.json`"), "{message}");
    }
}

/// A mirror may tag files in a way of its own; the size still tells.
#[test]
fn a_short_file_under_a_tag_that_is_no_hash_is_thrown_away() {
    for times in [1, 9] {
        let hub = Hub::start(Model::small(), move |request, mut reply| {
            if request.is_download_of("config.json") && request.before < times {
                reply.body.truncate(10);
            }
            if request.is_for("config.json") { reply.with("ETag", "W/\"of-a-mirror\"") } else { reply }
        });
        let home = Home::new();
        match home.locate(&hub.endpoint()) {
            Ok(folder) if times == 1 => {
                assert_eq!(fs::read(folder.join("config.json")).unwrap(), Model::small().file("config.json").unwrap().content);
                assert!(home.model().join("blobs/of-a-mirror").is_file());
            }
            Err((_, message)) if times == 9 => assert!(message.contains("it has 10 bytes, not 23"), "{message}"),
            other => panic!("{times}: {other:?}"),
        }
    }
}
