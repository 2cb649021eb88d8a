//! What makes the user's type a task.

use super::Expansion;
use crate::emit::{Fragment, Name, quote};
use crate::explain;
use crate::rust_names::field;

impl Expansion<'_> {
    pub(super) fn task_impl(&self) -> Fragment {
        let (task, module, output) = (self.ident(""), self.name("Head"), self.name("Output"));
        let (input, prediction, target) = (self.input_of(), self.prediction_of(), self.target_of());
        let (name, text, reads) = (&self.head.name, &self.head.text, self.reads());
        let counts = self.counts();
        let (bind, make_output, make_prediction) = (self.bind(), self.make_output(), self.make_prediction());
        quote! {
            #[automatically_derived]
            impl p::Task for #task {
                type Head = #module;
                type Input = #input;
                type Prediction = #prediction;
                type Output = #output;
                type Target = #target;
                const NAME: &'static str = #name;
                const TEXT: &'static str = #text;
                const READS: &'static [p::Reads] = &[#(#reads),*];
                #counts
                fn bind(b: &mut p::Binder<'_>) -> Self::Head {
                    #bind
                }
                fn output(outputs: p::Vec<p::Value>) -> p::Result<Self::Output> {
                    #make_output
                }
                fn prediction(decoded: p::Vec<p::Decoded>) -> p::Result<Self::Prediction> {
                    #make_prediction
                }
            }
        }
    }

    /// How many outputs and answers there are, where it is not one.
    fn counts(&self) -> Fragment {
        let (outputs, answers) = (self.head.outputs().count(), self.readings().len());
        let outputs = (outputs != 1).then(|| quote!(const OUTPUTS: usize = #outputs;));
        let answers = (answers != 1).then(|| quote!(const ANSWERS: usize = #answers;));
        quote!(#outputs #answers)
    }

    fn reads(&self) -> Vec<Fragment> {
        let reads = explain::reads(self.head).into_iter().map(|reads| {
            let (source, shape, why) = (reads.source, reads.shape, reads.why);
            quote!(p::Reads { source: #source, shape: #shape, why: #why })
        });
        reads.collect()
    }

    fn bind(&self) -> Fragment {
        let (sources, labels, module) = (self.bind_sources(), self.bind_labels(), self.make_module());
        quote! {
            #sources
            #labels
            #module
        }
    }

    fn bind_sources(&self) -> Fragment {
        let sources = self.head.sources.iter().filter(|used| !used.fresh).map(|used| {
            let at = self.at(used.span);
            let source = Self::source(used);
            quote!(#at b.source(#source);)
        });
        sources.collect()
    }

    /// A checkpoint knows one set of labels.
    fn bind_labels(&self) -> Fragment {
        let set = match self.head.checkpoint_labels().as_slice() {
            [] => return Fragment::default(),
            [set] => *set,
            [_, _, ..] => return quote!(b.several_label_sets();),
        };
        let Some(declared) = self.head.sets.get(set) else { return Fragment::default() };
        let (at, labels, name) = (self.at(declared.span), self.label_type(set), &declared.name);
        quote!(#at p::bind_labels::<#labels>(b, #name);)
    }

    fn make_output(&self) -> Fragment {
        let name = self.name("Output");
        let locals = &(0..self.head.outputs().count()).map(|number| Name(format!("output_{number}"))).collect::<Vec<_>>();
        let fields = self.head.outputs().zip(locals).map(|(output, local)| {
            let field = Name(field(&output.name));
            quote!(#field: #local.to_padded()?)
        });
        quote! {
            let [#(#locals),*] = p::take_outputs(outputs)?;
            p::Ok(#name { #(#fields),* })
        }
    }
}
