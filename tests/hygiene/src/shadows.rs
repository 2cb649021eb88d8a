//! A user's own `core` and `std`, and own types, traits and macros of names that code often takes for granted.

/// Not the core library.
pub mod core {}
/// Not the standard library.
pub mod std {}
/// Not the alloc library.
pub mod alloc {}
/// Not the runtime's.
pub mod p {}

macro_rules! types {
    ($($name:ident)*) => { $(
        /// Not the standard library's, nor the runtime's.
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
    )* };
}

types! {
    Result Option Vec String Box Ok Err Some None Default From Into Iterator ToString Send Sync
    Tensor Value Task Module Head Label Labels Linear Dropout Binder Size Context Encoded Init Parameter Text Error
}

/// Methods that any value has, called as those that generated code calls.
pub trait Meddling {
    /// Not a slice's.
    fn get(&self) {}
    /// Not an option's.
    fn copied(&self) {}
    /// Not a layer's.
    fn forward(&self) {}
    /// Not a value's.
    fn to_padded(&self) {}
    /// Not a binder's.
    fn parameter(&self) {}
    /// Not a loss's.
    fn part(&self) {}
}

impl<T> Meddling for T {}

#[expect(unused_macros, reason = "they are here to be taken by mistake")]
mod macros {
    macro_rules! vec {
        () => {
            compile_error!("this is not the standard library's")
        };
    }
    macro_rules! format {
        () => {
            compile_error!("this is not the standard library's")
        };
    }
    macro_rules! matches {
        () => {
            compile_error!("this is not the standard library's")
        };
    }
}

brt::head! {
    crate = ::brt;

    /// Two outputs, labels and numbers.
    pub head Assistant {
        labels intent = flight, airfare;
        labels slot = "O", "B-city", "I-city";
        given when: features 3;
        input pooled;
        dropout;
        let whole = {}
        concat whole, when;
        intent_classifier.linear: linear -> intent;
        output intent;
        loss cross_entropy;
        input tokens;
        slot_classifier.linear: linear hidden -> slot;
        output slots;
        loss cross_entropy weight=0.5;
    }
}

/// Derived among the same names.
#[derive(Debug, brt::BertHead)]
#[head("input tokens; qa_outputs: linear hidden -> 2; split start, end; loss span;", crate = ::brt)]
pub struct Answers;

/// Both at once, twice.
#[derive(Debug, brt::MultiTask)]
#[multi_task(crate = ::brt)]
pub struct Several {
    first: Answers,
    second: Answers,
}

/// Labels of a user's own.
#[derive(Debug, Clone, Copy, brt::Labels)]
#[labels(crate = ::brt)]
pub enum Verdict {
    /// Found.
    Some,
    /// Not found.
    None,
}
