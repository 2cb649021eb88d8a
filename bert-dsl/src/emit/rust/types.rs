//! The types of a head's inputs, outputs, predictions and targets.

use super::Expansion;
use crate::decode::Decode;
use crate::emit::{Fragment, Name, quote};
use crate::ir::{GivenKind, Pipeline};
use crate::losses::Target;
use crate::rust_names::field;

impl Expansion<'_> {
    /// `SentimentOutput`: the named tensors.
    pub(super) fn output_type(&self) -> Fragment {
        let (root, visibility, name) = (&self.root, &self.target.visibility, self.ident("Output"));
        let doc = format!(" What [`{}`] computes, before it is read.", self.head.name);
        let fields = self.head.outputs().map(|output| {
            let (ident, ty) = (Name(field(&output.name)), output.ty.to_string());
            let docs = self.output_docs(&output.docs, &ty, &format!("the output `{}`", output.name));
            quote!(#docs pub #ident: #root::Tensor)
        });
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone)]
            #[allow(dead_code, non_snake_case)]
            #visibility struct #name { #(#fields),* }
        }
    }

    /// The type of an example.
    pub(super) fn input_of(&self) -> Fragment {
        let root = &self.root;
        let choices = self.head.sources.iter().any(|source| source.per_choice);
        match (self.head.givens.is_empty(), choices) {
            (true, true) => quote!(#root::Choices),
            (true, false) => quote!(#root::Text),
            (false, _) => {
                let name = self.name("Input");
                quote!(#name)
            }
        }
    }

    /// `ChurnInput`: a text and what is given with it.
    pub(super) fn input_type(&self) -> Fragment {
        if self.head.givens.is_empty() {
            return Fragment::default();
        }
        let (root, visibility, name) = (&self.root, &self.target.visibility, self.ident("Input"));
        let doc = format!(" An example for [`{}`]: a text, and what comes with it.", self.head.name);
        let fields = self.head.givens.iter().map(|given| {
            let ident = Name(field(&given.name));
            let (doc, ty) = match given.kind {
                GivenKind::Position => (format!(" The position of `{}`.", given.name), quote!(#root::Position)),
                GivenKind::Features(count) => {
                    let size = count as usize;
                    (format!(" The {count} numbers of `{}`.", given.name), quote!([f32; #size]))
                }
            };
            quote!(#[doc = #doc] pub #ident: #ty)
        });
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone)]
            #[allow(dead_code, non_snake_case)]
            #visibility struct #name {
                #[doc = " The text."]
                pub text: #root::Text,
                #(#fields),*
            }
        }
    }

    pub(super) fn input_impl(&self) -> Fragment {
        if self.head.givens.is_empty() {
            return Fragment::default();
        }
        let name = self.name("Input");
        let (mut numbers, mut positions) = (Vec::new(), Vec::new());
        for given in &self.head.givens {
            let (text, ident) = (&given.name, Name(field(&given.name)));
            match given.kind {
                GivenKind::Features(_) => numbers.push(quote!((#text, &self.#ident[..]))),
                GivenKind::Position => positions.push(quote!((#text, self.#ident))),
            }
        }
        quote! {
            #[automatically_derived]
            impl p::Example for #name {
                fn texts(&self) -> &[p::Text] {
                    p::Example::texts(&self.text)
                }
                fn numbers(&self) -> p::Vec<(&'static str, &[f32])> {
                    p::Vec::from([#(#numbers),*])
                }
                fn positions(&self) -> p::Vec<(&'static str, p::Position)> {
                    p::Vec::from([#(#positions),*])
                }
            }
        }
    }

    /// The type of a prediction.
    pub(super) fn prediction_of(&self) -> Fragment {
        match self.readings() {
            [(_, only)] => only.ty.clone(),
            _ => {
                let name = self.name("Prediction");
                quote!(#name)
            }
        }
    }

    /// `AssistantPrediction`: a field a pipeline, where there are several.
    pub(super) fn prediction_type(&self) -> Fragment {
        let readings = self.readings();
        if readings.len() == 1 {
            return Fragment::default();
        }
        let (visibility, name) = (&self.target.visibility, self.ident("Prediction"));
        let doc = format!(" What [`{}`] says of an example.", self.head.name);
        let fields = readings.iter().map(|(output, reading)| {
            let (ident, ty) = (Name(field(output)), &reading.ty);
            let doc = format!(" What `{output}` says.");
            quote!(#[doc = #doc] pub #ident: #ty)
        });
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone)]
            #[allow(dead_code, non_snake_case)]
            #visibility struct #name { #(#fields),* }
        }
    }

    /// The body of `Task::prediction`.
    pub(super) fn make_prediction(&self) -> Fragment {
        let readings = self.readings();
        if readings.len() == 1 {
            return quote!(p::next_decoded(&mut decoded.into_iter()));
        }
        let name = self.name("Prediction");
        let fields = readings.iter().map(|(output, _)| {
            let ident = Name(field(output));
            quote!(#ident: p::next_decoded(&mut decoded)?)
        });
        quote! {
            let mut decoded = decoded.into_iter();
            p::Ok(#name { #(#fields),* })
        }
    }

    /// The targets that the losses want: the field, the names, and the type of each.
    fn targets(&self) -> Vec<(String, Vec<String>, Fragment, Target)> {
        let with_loss = self.head.pipelines.iter().filter_map(|pipeline| pipeline.loss.as_ref().map(|used| (pipeline, used)));
        let one = |(pipeline, used): (&Pipeline, &crate::ir::LossUse)| {
            let kind = self.head.target(pipeline);
            let field = pipeline.outputs.iter().map(|output| output.name.as_str()).collect::<Vec<_>>().join("_");
            (field, used.targets.clone(), self.target_kind_type(kind, pipeline), kind)
        };
        with_loss.map(one).filter(|(.., kind)| *kind != Target::Nothing).collect()
    }

    fn target_kind_type(&self, kind: Target, pipeline: &Pipeline) -> Fragment {
        let root = &self.root;
        let labels = pipeline.set.map(|set| self.label_type(set)).unwrap_or_default();
        match kind {
            Target::Label => labels,
            Target::Index => quote!(usize),
            Target::Tags => quote!(#root::Tags<#labels>),
            Target::TokenIds => quote!(#root::TokenTargets),
            Target::Labels => quote!(#root::Labels<#labels>),
            Target::Number => quote!(f32),
            Target::Numbers => quote!(#root::Vec<f32>),
            Target::Rank => labels,
            Target::Parents => quote!(#root::Parents),
            Target::PairLabels => quote!(#root::Pairs<#labels>),
            Target::Distribution => self.distribution(pipeline),
            Target::Span => quote!(#root::Span),
            Target::Nothing => quote!(()),
        }
    }

    fn distribution(&self, pipeline: &Pipeline) -> Fragment {
        let root = &self.root;
        let labels = pipeline.set.map(|set| self.label_type(set));
        match (labels, pipeline.result.tokens()) {
            (Some(labels), 0) => quote!(#root::Distribution<#labels>),
            (Some(labels), 1) => quote!(#root::Distributions<#labels>),
            _ => quote!(#root::Vec<f32>),
        }
    }

    /// Whether the target is a type of the runtime's, and not one with a field an output.
    fn plain_target(&self) -> bool {
        let plain_span = |pipeline: &Pipeline| {
            let names: Vec<&str> = pipeline.outputs.iter().map(|output| output.name.as_str()).collect();
            !matches!(pipeline.decode, Decode::Span(_)) || names == ["start", "end"]
        };
        matches!(self.head.pipelines.as_slice(), [only] if plain_span(only))
    }

    /// The type of an example's target.
    pub(super) fn target_of(&self) -> Fragment {
        let targets = self.targets();
        match targets.as_slice() {
            [] => quote!(()),
            [(_, _, ty, _)] if self.plain_target() => ty.clone(),
            _ => {
                let name = self.name("Target");
                quote!(#name)
            }
        }
    }

    /// `AssistantTarget`: a field an output, where there are several; of several losses, each may be left out.
    pub(super) fn target_type(&self) -> Fragment {
        let targets = self.targets();
        if targets.is_empty() || self.plain_target() {
            return Fragment::default();
        }
        let (root, visibility, name) = (&self.root, &self.target.visibility, self.ident("Target"));
        let optional = targets.len() > 1;
        let doc = format!(" What an example of [`{}`] is trained towards.", self.head.name);
        let fields = targets.iter().map(|(output, names, ty, _)| {
            let ident = Name(field(output));
            let (what, ty) = match optional {
                true => ("; without it, this loss does not count", quote!(#root::Option<#ty>)),
                false => ("", ty.clone()),
            };
            let doc = format!(" The target called `{}`{what}.", names.join("` and `"));
            quote!(#[doc = #doc] pub #ident: #ty)
        });
        let default = optional.then(|| quote!(, Default));
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone #default)]
            #[allow(dead_code, non_snake_case)]
            #visibility struct #name { #(#fields),* }
        }
    }

    pub(super) fn target_impl(&self) -> Fragment {
        let name = self.name("Target");
        let targets = self.targets();
        if targets.is_empty() || self.plain_target() {
            return Fragment::default();
        }
        let optional = targets.len() > 1;
        let entries = targets.iter().map(|(output, names, _, kind)| {
            let ident = Name(field(output));
            let add = match (kind, names.as_slice()) {
                (Target::Span, [start, end]) => quote!(targets.extend(target.named(#start, #end));),
                (_, names) => {
                    let target = names.first().cloned().unwrap_or_default();
                    quote!(targets.push((p::Cow::Borrowed(#target), p::IntoTarget::into_target(target)));)
                }
            };
            match optional {
                true => quote!(if let p::Some(target) = self.#ident { #add }),
                false => quote!(let target = self.#ident; #add),
            }
        });
        quote! {
            #[automatically_derived]
            impl p::IntoTargets for #name {
                fn into_targets(self) -> p::Vec<(p::Cow<'static, str>, p::Target)> {
                    let mut targets = p::Vec::new();
                    #(#entries)*
                    targets
                }
            }
        }
    }
}
