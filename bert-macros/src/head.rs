//! `head! { .. }`

use std::collections::HashSet;

use bert_dsl::{Analysis, Bare, Fragment, Outline, Passes, Places, Source, Span as Place, Target, check, expand as expand_head, stubs};
use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::errors::{at_tokens, error};
use crate::generated::read;
use crate::krate::open;
use crate::tokens::Layout;

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let opened = open(tokens);
    let layout = Layout::of(opened.heads);
    let source = Source::new("head!", layout.text.clone());
    let analysis = check(&source, Bare::Refused);
    let refused = layout.attributes.iter().map(|ends| error(*ends, "a head has no attributes: in front of it stand `///` and `pub`"));
    let found = analysis.diagnostics().iter().map(|diagnostic| at_tokens(diagnostic, &source, &layout));
    let errors: Vec<TokenStream> = std::iter::once(opened.errors).chain(refused).chain(found).collect();
    let items = items(analysis, (&opened.krate, &opened.passes), &layout);
    quote!(#(#errors)* #items)
}

/// The heads' items, or stubs of them where anything is wrong.
fn items(analysis: Analysis, (krate, passes): (&Fragment, &Passes), layout: &Layout) -> TokenStream {
    let mut outlines = analysis.outlines.clone();
    let target = |visibility: &str| Target {
        krate: krate.clone(),
        is_declared: false,
        visibility: Fragment::text(visibility),
        places: layout,
        passes: passes.clone(),
    };
    match analysis.heads() {
        Ok(heads) => heads.iter().map(|head| read(expand_head(head, &target(&head.visibility)))).collect(),
        Err(_) => {
            let mut names = HashSet::new();
            outlines.retain(|outline| names.insert(outline.name.clone()));
            outlines.iter().map(|outline: &Outline| read(stubs(outline, &target(&outline.visibility)))).collect()
        }
    }
}

impl Places for Layout {
    fn line(&self, place: Place) -> u32 {
        self.ends(place).0.start().line as u32
    }

    fn rust(&self, place: Place) -> Span {
        self.ends(place).0
    }
}
