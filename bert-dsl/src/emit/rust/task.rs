//! What makes the user's type a task.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Expansion;
use crate::explain;
use crate::ir::Source;
use crate::rust_names::field;

impl Expansion<'_> {
    pub(super) fn task_impl(&self) -> TokenStream {
        let (p, task, module, output) = (&self.inner, self.ident(""), self.ident("Head"), self.ident("Output"));
        let (input, prediction, target) = (self.input_of(p), self.prediction_of(p), self.target_of(p));
        let (name, text, reads) = (&self.head.name, &self.head.text, self.reads());
        let counts = self.counts();
        let (bind, make_output, make_prediction) = (self.bind(), self.make_output(), self.make_prediction());
        quote! {
            #[automatically_derived]
            impl #p::Task for #task {
                type Head = #module;
                type Input = #input;
                type Prediction = #prediction;
                type Output = #output;
                type Target = #target;
                const NAME: &'static str = #name;
                const TEXT: &'static str = #text;
                const READS: &'static [#p::Reads] = &[#(#reads),*];
                #counts
                fn bind(b: &mut #p::Binder<'_>) -> Self::Head {
                    #bind
                }
                fn output(outputs: #p::Vec<#p::Value>) -> #p::Result<Self::Output> {
                    #make_output
                }
                fn prediction(decoded: #p::Vec<#p::Decoded>) -> #p::Result<Self::Prediction> {
                    let mut decoded = decoded.into_iter();
                    #make_prediction
                }
            }
        }
    }

    /// How many outputs and answers there are, where it is not one.
    fn counts(&self) -> TokenStream {
        let (outputs, answers) = (self.head.outputs().count(), self.readings(&self.inner).len());
        let outputs = (outputs != 1).then(|| quote!(const OUTPUTS: usize = #outputs;));
        let answers = (answers != 1).then(|| quote!(const ANSWERS: usize = #answers;));
        quote!(#outputs #answers)
    }

    fn reads(&self) -> Vec<TokenStream> {
        let p = &self.inner;
        let reads = explain::reads(self.head).into_iter().map(|reads| {
            let (source, shape, why) = (reads.source, reads.shape, reads.why);
            quote!(#p::Reads { source: #source, shape: #shape, why: #why })
        });
        reads.collect()
    }

    fn bind(&self) -> TokenStream {
        let (sources, labels, module) = (self.bind_sources(), self.bind_labels(), self.make_module());
        quote! {
            #sources
            #labels
            #module
        }
    }

    fn bind_sources(&self) -> TokenStream {
        let p = &self.inner;
        let sources = self.head.sources.iter().filter(|used| !used.fresh).map(|used| {
            let at = self.at(used.span);
            let source = match used.source {
                Source::Pooled => quote!(#p::Source::Pooled),
                Source::Cls => quote!(#p::Source::Cls),
                Source::Tokens => quote!(#p::Source::Tokens),
                Source::Words => quote!(#p::Source::Words(#p::Pieces::First)),
                Source::WordsMean => quote!(#p::Source::Words(#p::Pieces::Mean)),
                Source::Layers => quote!(#p::Source::Layers),
            };
            quote!(#at b.source(#source);)
        });
        quote!(#(#sources)*)
    }

    /// A checkpoint knows one set of labels.
    fn bind_labels(&self) -> TokenStream {
        let p = &self.inner;
        let set = match self.head.checkpoint_labels().as_slice() {
            [] => return TokenStream::new(),
            [set] => *set,
            [_, _, ..] => return quote!(b.several_label_sets();),
        };
        let Some(declared) = self.head.sets.get(set) else { return TokenStream::new() };
        let (at, labels, name) = (self.at(declared.span), self.label_type(set), &declared.name);
        quote!(#at #p::bind_labels::<#labels>(b, #name);)
    }

    fn make_output(&self) -> TokenStream {
        let (p, name) = (&self.inner, self.ident("Output"));
        let fields: Vec<_> = self.head.outputs().map(|output| format_ident!("{}", field(&output.name))).collect();
        let locals: Vec<_> = (0..fields.len()).map(|number| format_ident!("output_{number}")).collect();
        quote! {
            let [#(#locals),*] = #p::take_outputs(outputs)?;
            #p::Ok(#name { #(#fields: #locals.to_padded()?),* })
        }
    }
}
