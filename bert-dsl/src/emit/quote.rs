//! `quote!`, which writes Rust as the crate of this name does, into a [`Fragment`].

use proc_macro2::{Ident, Span};

use super::Fragment;

/// Rust in which `#name` stands for a variable's value, and `#(#name)*` and `#(#name),*` for all values of one that can be iterated.
macro_rules! quote {
    ($($tokens:tt)*) => {{
        #[allow(unused_mut)]
        let mut fragment = $crate::emit::Fragment::with_room();
        $crate::emit::quoted!(fragment [] $($tokens)*);
        fragment
    }};
}

/// Adds tokens to a fragment, one after the other. In brackets stand the texts that wait to be added as one.
macro_rules! quoted {
    ($fragment:ident []) => {};
    ($fragment:ident [$($texts:tt)+]) => {
        $fragment.words(concat!($($texts)+));
    };
    ($fragment:ident [$($texts:tt)*] # ( # $all:ident ) * $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)*]);
        $fragment.separated($all, "");
        $crate::emit::quoted!($fragment [] $($rest)*);
    };
    ($fragment:ident [$($texts:tt)*] # ( # $all:ident ) $separator:tt * $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)*]);
        $fragment.separated($all, stringify!($separator));
        $crate::emit::quoted!($fragment [] $($rest)*);
    };
    ($fragment:ident [$($texts:tt)*] # $name:ident $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)*]);
        $fragment.push(&$name);
        $crate::emit::quoted!($fragment [] $($rest)*);
    };
    ($fragment:ident [$($texts:tt)*] ( $($plain:ident)? ) $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)* " (", $(stringify!($plain),)? ")",] $($rest)*);
    };
    ($fragment:ident [$($texts:tt)*] ( $($inner:tt)* ) $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)* " (",]);
        let group = $fragment.begun();
        $crate::emit::quoted!($fragment [] $($inner)*);
        $fragment.ended(group);
        $crate::emit::quoted!($fragment [")",] $($rest)*);
    };
    ($fragment:ident [$($texts:tt)*] { $($inner:tt)* } $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)* " {",]);
        let group = $fragment.begun();
        $crate::emit::quoted!($fragment [] $($inner)*);
        $fragment.ended(group);
        $crate::emit::quoted!($fragment ["}",] $($rest)*);
    };
    ($fragment:ident [$($texts:tt)*] [ $($inner:tt)* ] $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)* " [",]);
        let group = $fragment.begun();
        $crate::emit::quoted!($fragment [] $($inner)*);
        $fragment.ended(group);
        $crate::emit::quoted!($fragment ["]",] $($rest)*);
    };
    ($fragment:ident [$($texts:tt)*] $token:tt $($rest:tt)*) => {
        $crate::emit::quoted!($fragment [$($texts)* stringify!($token), " ",] $($rest)*);
    };
}

pub(crate) use {quote, quoted};

/// What `quote!` takes behind a `#`.
pub(crate) trait Quote {
    fn quote(&self, fragment: &mut Fragment);
}

impl Quote for Fragment {
    fn quote(&self, fragment: &mut Fragment) {
        fragment.append(self);
    }
}

/// An identifier at the place of its span.
impl Quote for Ident {
    fn quote(&self, fragment: &mut Fragment) {
        fragment.place(self.clone().into());
    }
}

/// An identifier, raw as `r#type` too, where a user wrote it.
pub(crate) fn placed(name: &str, place: Span) -> Ident {
    match name.strip_prefix("r#") {
        Some(bare) => Ident::new_raw(bare, place),
        None => Ident::new(name, place),
    }
}

/// A name that no user wrote there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(pub String);

impl Name {
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl Quote for Name {
    fn quote(&self, fragment: &mut Fragment) {
        fragment.words(&self.0);
        fragment.words(" ");
    }
}

/// As a literal.
impl Quote for str {
    fn quote(&self, fragment: &mut Fragment) {
        fragment.formatted(format_args!("{self:?} "));
    }
}

impl Quote for String {
    fn quote(&self, fragment: &mut Fragment) {
        self.as_str().quote(fragment);
    }
}

impl Quote for bool {
    fn quote(&self, fragment: &mut Fragment) {
        fragment.words(if *self { "true " } else { "false " });
    }
}

impl<T: Quote + ?Sized> Quote for &T {
    fn quote(&self, fragment: &mut Fragment) {
        (**self).quote(fragment);
    }
}

impl<T: Quote> Quote for Option<T> {
    fn quote(&self, fragment: &mut Fragment) {
        self.iter().for_each(|inner| inner.quote(fragment));
    }
}

macro_rules! literals {
    ($($number:ident)*) => {
        $(impl Quote for $number {
            fn quote(&self, fragment: &mut Fragment) {
                fragment.formatted(format_args!(concat!("{}", stringify!($number), " "), self));
            }
        })*
    };
}
literals! { u32 u64 usize i64 i128 f32 f64 }
