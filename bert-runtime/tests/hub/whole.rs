//! A head on a model from the hub answers as on the same files in a folder.

use std::path::{Path, PathBuf};

use bert_runtime::weights::Locate;
use bert_runtime::{Bert, BertFor, Result, head};
use candle_core::Device;

use crate::fixture::{COMMIT, Home, Model, Outcome, Variables, said, start};
use crate::server::{Hub, Reply};

const REFUSED: &str = "http://127.0.0.1:1";

head! {
    /// What a customer writes about.
    head Topic {
        labels refund, delivery, praise;
        input pooled;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy
    }
}

/// The body of a process: what a head predicts for a text, in full.
pub fn predict(id: &str, kind: &str, how: Locate) -> Result<String> {
    let device = &Device::Cpu;
    let model = match (kind, how.revision) {
        ("fresh", _) => BertFor::<Topic>::fresh_head(id, 7, device)?,
        ("pretrained", None) if !how.offline => BertFor::<Topic>::from_pretrained(id, device)?,
        (_, None) => Bert::options().offline(how.offline).open_for(id, device)?,
        (_, Some(revision)) => Bert::options().offline(how.offline).revision(revision).open_for(id, device)?,
    };
    Ok(format!("{:?}", model.predict("where is my parcel?")?))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/layouts/sharded")
}

fn predicted(home: &Home, endpoint: &str, variables: Variables<'_>) -> Outcome<String> {
    said(start(&mut home.command(endpoint, variables)))
}

/// What the head predicts on the folder itself.
fn expected(kind: &str) -> String {
    let folder = folder();
    predicted(&Home::new(), REFUSED, &[("LOOK_UP", folder.to_str().unwrap()), ("LOOK_UP_AS", kind)]).unwrap()
}

#[test]
fn a_head_on_an_id_predicts_as_on_the_folder_and_downloads_once() {
    assert_ne!(expected("pretrained"), expected("fresh"));
    for kind in ["pretrained", "fresh"] {
        let (hub, home) = (Hub::honest(Model::of_folder(&folder())), Home::new());
        let predict = |endpoint: &str, more: Variables<'_>| predicted(&home, endpoint, &[&[("LOOK_UP_AS", kind)], more].concat());
        assert_eq!(predict(&hub.endpoint(), &[]).unwrap(), expected(kind));
        let first = hub.log().len();
        assert_eq!(predict(&hub.endpoint(), &[]).unwrap(), expected(kind));
        assert!(hub.log()[first..].iter().all(crate::server::Request::is_listing));
        assert_eq!(predict(REFUSED, &[("HF_HUB_OFFLINE", "1")]).unwrap(), expected(kind));
    }
}

#[test]
fn the_options_of_a_model_reach_the_hub() {
    let (hub, home) = (Hub::honest(Model::of_folder(&folder())), Home::new());
    let kind = ("LOOK_UP_AS", "pretrained");
    let (_, message) = predicted(&home, &hub.endpoint(), &[kind, ("LOOK_UP_OFFLINE", "1")]).unwrap_err();
    assert!(message.contains("is not in the cache") && hub.log().is_empty(), "{message}");
    let pinned = [kind, ("LOOK_UP_REVISION", COMMIT)];
    assert_eq!(predicted(&home, &hub.endpoint(), &pinned).unwrap(), expected("pretrained"));
    assert!(hub.log()[0].path.ends_with(COMMIT));
    let offline = [pinned.as_slice(), &[("LOOK_UP_OFFLINE", "1")]].concat();
    assert_eq!(predicted(&home, REFUSED, &offline).unwrap(), expected("pretrained"));
}

#[test]
fn half_a_download_binds_no_head_until_a_later_run_has_the_rest() {
    const SHARD: &str = "model-00001-of-00002.safetensors";
    let hub = Hub::start(Model::of_folder(&folder()), |request, mut reply| {
        if request.is_download_of(SHARD) && request.path.starts_with("/cdn/") {
            reply.cut = Some(5000_usize.saturating_sub(request.range.unwrap().0));
        }
        reply
    });
    let (home, kind) = (Home::new(), ("LOOK_UP_AS", "pretrained"));
    let (error, message) = predicted(&home, &hub.endpoint(), &[kind]).unwrap_err();
    assert!(error == "Hub" && message.contains(SHARD) && message.contains("broke off"), "{message}");
    let healed = Hub::honest(Model::of_folder(&folder()));
    assert_eq!(predicted(&home, &healed.endpoint(), &[kind]).unwrap(), expected("pretrained"));
    assert_eq!(healed.downloads_of(SHARD).pop().unwrap().range.unwrap().0, 5000);
}

#[test]
fn a_refused_model_says_so_to_who_binds_a_head() {
    let hub = Hub::start(Model::small(), |_, _| Reply::status(401));
    let (error, message) = predicted(&Home::new(), &hub.endpoint(), &[("LOOK_UP_AS", "pretrained")]).unwrap_err();
    assert_eq!(error, "Hub");
    for part in ["`org/name`", "HTTP 401", "private or gated", "HF_TOKEN"] {
        assert!(message.contains(part), "{message}");
    }
}
