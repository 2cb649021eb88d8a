//! Several tasks that are one on one encoder pass, each held against its own model with the same weights.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod masks;
mod names;
mod numbers;
mod saved;
mod targets;

use bert_runtime::encoder::Batch;
use bert_runtime::text::{Encoding, collate};
use bert_runtime::{Bert, BertFor, Device, MultiTask, Task, head};
use tests::folders::Copy;

head! {
    pub head Intent {
        labels greet, book, leave;
        input pooled;
        dropout 0.4;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    pub head Slots {
        labels "O", "B-CITY", "I-CITY";
        input tokens;
        dropout 0.4;
        classifier: linear hidden -> labels;
        loss cross_entropy weight=0.5;
    }

    pub head Fill {
        input tokens;
        cls.predictions {
            transform: linear hidden -> hidden;
            decoder: linear hidden -> vocab, tied=word_embeddings;
        }
        loss cross_entropy;
    }

    pub head Both {
        labels tone = calm, angry;
        input words;
        down: linear hidden -> 4;
        up: linear 4 -> 1;
        squeeze;
        output marks;
        loss bce;
        input pooled fresh;
        linear hidden -> tone;
        output tone;
        loss cross_entropy;
    }

    pub head Where { input tokens; linear hidden -> 2; split first, last; loss span; }

    pub head Vector { input cls; normalize; decode embedding; }

    pub head Pairs { input cls; linear hidden -> 4; loss ranking; }
}

/// All kinds of tasks on one encoder.
#[derive(Debug, MultiTask)]
pub struct Assistant {
    /// What is asked for.
    intent: Intent,
    slots: Slots,
    fill: Fill,
    both: Both,
    place: Where,
    vector: Vector,
}

/// Tasks of tasks.
#[derive(Debug, MultiTask)]
pub struct Nested {
    inner: Twins,
    pairs: Pairs,
}

#[derive(Debug, MultiTask)]
pub struct Twins {
    one: Intent,
    r#type: Intent,
}

const TEXTS: [&str; 4] =
    ["The [MASK] was great, and Anna [MASK] it twice.", "Paris", "Who walked to the bank in [MASK] yesterday?", "We never saw the end."];

/// The small model with the weights of single models under the names of fields.
fn folder(fields: &[(&str, Vec<&bert_runtime::Parameter>)]) -> Copy {
    Copy::of_tiny_bert().with_weights(|weights| {
        for (field, parameters) in fields {
            for parameter in parameters {
                let name = parameter.name();
                let name = if name.starts_with("bert.") { name.to_owned() } else { format!("{field}.{name}") };
                weights.insert(name, parameter.tensor().detach());
            }
        }
    })
}

fn single<T: Task>(trainable: bool) -> BertFor<T> {
    Bert::options().trainable(trainable).fresh_for(Copy::of_tiny_bert().path(), 5, &Device::Cpu).unwrap()
}

fn opened<T: Task>(folder: &Copy, trainable: bool) -> BertFor<T> {
    Bert::options().trainable(trainable).open_for(folder.path(), &Device::Cpu).unwrap_or_else(|error| panic!("{error}"))
}

fn texts(bert: &Bert) -> Vec<Vec<Encoding>> {
    TEXTS.map(|text| bert.tokenize(&bert_runtime::Text::from(text)).unwrap()).to_vec()
}

fn batch(bert: &Bert) -> Batch {
    let batch = collate(&texts(bert).concat()).unwrap();
    batch.with_mask_token(bert.tokenizer().unwrap().special().mask.unwrap())
}
