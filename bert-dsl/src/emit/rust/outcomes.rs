//! What a head says of its answers, by which they are measured.

use std::ops::Range;

use super::Expansion;
use crate::decode::Decode;
use crate::emit::{Fragment, quote};
use crate::ir::Pipeline;

impl Expansion<'_> {
    /// Only a head says so of which the outputs' names alone do not tell.
    pub(super) fn outcomes(&self) -> Option<Fragment> {
        self.head.pipelines.iter().any(is_special).then(|| {
            let outcomes =
                self.head.pipelines.iter().flat_map(|pipeline| {
                    pipeline.readings().into_iter().map(move |(name, outputs)| self.outcome(pipeline, &name, &outputs))
                });
            quote! {
                fn outcomes(&self) -> p::Vec<p::Outcome> {
                    p::Vec::from([#(#outcomes),*])
                }
            }
        })
    }

    fn outcome(&self, pipeline: &Pipeline, name: &str, outputs: &Range<usize>) -> Fragment {
        let targets = pipeline.targets_of(outputs);
        let labels = pipeline.labels().map(|set| self.label_type(set)).map(|labels| quote!(.chosen_from::<#labels>()));
        let probability = pipeline.gives_probability().then(|| quote!(.probability()));
        let together = Some(pipeline.together()).filter(|together| *together > 1).map(|together| quote!(.read_together(#together)));
        quote!(p::Outcome::new(#name, &[#(#targets),*]) #labels #probability #together)
    }
}

/// Whether its answers are chosen from labels, read from two outputs, probabilities, or trained several examples at a time.
fn is_special(pipeline: &Pipeline) -> bool {
    pipeline.labels().is_some() || matches!(pipeline.decode, Decode::Span(_)) || pipeline.gives_probability() || pipeline.together() > 1
}
