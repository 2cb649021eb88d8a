//! Several tasks as one, where names are as unkind as elsewhere.

/// All of one encoder.
#[derive(Debug, brt::MultiTask)]
#[multi_task(crate = ::brt)]
pub struct All {
    /// Its own documentation.
    layers: crate::every_layer::Layers,
    silent: crate::every_layer::Silent,
    r#type: crate::every_layer::Moods,
    both: crate::every_layer::Both,
    p: Inner,
}

#[derive(Debug, brt::MultiTask)]
#[multi_task(crate = ::brt)]
struct Inner {
    b: crate::every_layer::Score,
    task: crate::every_layer::Score,
}
