//! What a training must have in common with the one that it goes on from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::mix::Data;
use super::model::Model;
use super::settings::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::parameter::Parameter;
use crate::weights::write::bytes_of;

/// All that decides the weights, by names that a user knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Terms(BTreeMap<String, String>);

impl Terms {
    pub fn of<M: Model>(settings: &Settings, model: &M, train: &Data<'_>, dev: Option<&Data<'_>>) -> Result<Self> {
        let json = serde_json::to_value(settings).unwrap_or_default();
        let own = json.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.to_string()));
        let bert = model.bert();
        let other = [
            ("head", model.text().to_owned()),
            ("examples", train.fingerprint()?),
            ("alpha", train.alpha.to_string()),
            ("dev examples", dev.map_or(Ok("none".to_owned()), Data::fingerprint)?),
            ("first weights", hash_of(&model.parameters())?),
            ("max_length", bert.max_length().to_string()),
            ("number format", format!("{:?}", bert.opened_with().dtype)),
            ("device", format!("{:?}", bert.device().location())),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ];
        let dropout = bert.opened_with().dropout.map(|p| ("dropout", p.to_string()));
        let other = other.into_iter().chain(dropout);
        Ok(Self(own.chain(other.map(|(name, value)| (name.to_owned(), value))).collect()))
    }

    /// Refuses to go on under other terms.
    ///
    /// # Errors
    /// Of kind [`Input`](ErrorKind::Input), with what differs: as it was, and as it is.
    pub fn check(&self, then: &Self) -> Result<()> {
        let none = String::from("nothing");
        let names: std::collections::BTreeSet<&String> = self.0.keys().chain(then.0.keys()).collect();
        let other = |name: &&String| self.0.get(*name) != then.0.get(*name);
        let told =
            |name: &String| format!("\n  {name}: was {}, is {}", then.0.get(name).unwrap_or(&none), self.0.get(name).unwrap_or(&none));
        let differences: String = names.into_iter().filter(other).map(told).collect();
        if differences.is_empty() {
            return Ok(());
        }
        let what = format!(
            "this training cannot go on from the checkpoint, since it is another one:{differences}\n\
                            give it what it had, or start it in another folder"
        );
        Err(Error::new(ErrorKind::Input, what))
    }
}

/// A hash of all weights under their names.
fn hash_of(parameters: &[&Parameter]) -> Result<String> {
    let mut hash = Sha256::new();
    let sorted: BTreeMap<&str, &Parameter> = parameters.iter().map(|parameter| (parameter.name(), *parameter)).collect();
    for (name, parameter) in sorted {
        hash.update(name);
        hash.update(bytes_of(parameter.tensor())?);
    }
    Ok(format!("{:x}", hash.finalize()))
}
