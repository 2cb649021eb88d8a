//! What a decode reads, as its room sees it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Expansion, Root};
use crate::decode::{Decode, Reading};
use crate::ir::Pipeline;
use crate::shape::{Axis, Type};

/// The outputs that a decode reads.
pub(crate) struct Outlet<'a> {
    /// The path in front of the runtime's names.
    pub root: &'a Root,
    /// The axes of each output.
    pub ty: &'a Type,
    labels: Option<TokenStream>,
    first: usize,
}

impl Outlet<'_> {
    /// The output of a number among those of the pipeline.
    pub fn output(&self, number: usize) -> TokenStream {
        let index = self.first + number;
        quote!(&outputs[#index])
    }

    /// The first output.
    pub fn first(&self) -> TokenStream {
        self.output(0)
    }

    /// The type of the labels, where there is a label set.
    pub fn labels(&self) -> Option<TokenStream> {
        self.labels.clone()
    }

    /// The type of the labels; without a set, of numbers below the size of the last axis.
    pub fn labels_or_numbers(&self) -> TokenStream {
        let root = self.root;
        let size = self.ty.feature().and_then(|feature| feature.size.as_number()).unwrap_or(1) as usize;
        self.labels().unwrap_or_else(|| quote!(#root::IndexLabel<#size>))
    }

    /// One of these a token, where there is a token axis.
    pub fn per_token(&self, one: TokenStream) -> TokenStream {
        let root = self.root;
        if self.ty.has(&Axis::Token) { quote!(#root::PerToken<#one>) } else { one }
    }
}

impl Expansion<'_> {
    /// The decodes of all pipelines: the name of what each reads, its call, and the type of a prediction.
    pub(super) fn readings(&self, root: &Root) -> Vec<(String, Reading)> {
        let mut first = 0;
        let mut readings = Vec::new();
        for pipeline in &self.head.pipelines {
            readings.extend(self.pipeline_readings(pipeline, first, root));
            first += pipeline.outputs.len();
        }
        readings
    }

    fn pipeline_readings(&self, pipeline: &Pipeline, first: usize, root: &Root) -> Vec<(String, Reading)> {
        let names: Vec<&str> = pipeline.outputs.iter().map(|output| output.name.as_str()).collect();
        match &pipeline.decode {
            Decode::Span(_) => vec![(names.join("_"), self.reading(pipeline, first, root))],
            _ => names.iter().enumerate().map(|(i, name)| ((*name).to_owned(), self.reading(pipeline, first + i, root))).collect(),
        }
    }

    fn reading(&self, pipeline: &Pipeline, first: usize, root: &Root) -> Reading {
        let ty = pipeline.outputs.first().map_or(&pipeline.result, |output| &output.ty);
        let labels = pipeline.set.filter(|_| ty.feature().is_some()).map(|set| self.label_type(set));
        let mut reading = pipeline.decode.room().rust(&Outlet { root, ty, labels, first });
        let chosen = matches!(pipeline.decode, Decode::Argmax(_)) && ty.axes().last() == Some(&Axis::Choice);
        if ty.has(&Axis::Choice) && !chosen {
            let one = reading.ty;
            reading.ty = quote!(#root::PerChoice<#one>);
        }
        reading
    }
}
