//! The programs that tasks begin with, compiled as they stand.
#![allow(dead_code)]

#[path = "../../src/bin/bert/new/templates/choice/main.rs"]
mod choice;
#[path = "../../src/bin/bert/new/templates/classify/main.rs"]
mod classify;
#[path = "../../src/bin/bert/new/templates/embedding/main.rs"]
mod embedding;
#[path = "../../src/bin/bert/new/templates/masked/main.rs"]
mod masked;
#[path = "../../src/bin/bert/new/templates/multi-label/main.rs"]
mod multi_label;
#[path = "../../src/bin/bert/new/templates/pair/main.rs"]
mod pair;
#[path = "../../src/bin/bert/new/templates/rank/main.rs"]
mod rank;
#[path = "../../src/bin/bert/new/templates/regression/main.rs"]
mod regression;
#[path = "../../src/bin/bert/new/templates/similarity/main.rs"]
mod similarity;
#[path = "../../src/bin/bert/new/templates/span/main.rs"]
mod span;
#[path = "../../src/bin/bert/new/templates/tag/main.rs"]
mod tag;
