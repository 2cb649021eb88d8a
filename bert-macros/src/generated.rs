//! Generated code, read by the compiler that runs the macro.

use bert_dsl::{Fragment, unreadable};
use proc_macro2::TokenStream;

pub(crate) fn read(generated: Fragment) -> TokenStream {
    generated.tokens(&|text| match text.parse::<proc_macro::TokenStream>() {
        Ok(tokens) => tokens.into(),
        Err(error) => unreadable(text, &error),
    })
}
