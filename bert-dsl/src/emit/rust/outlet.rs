//! What a decode reads, as its room sees it.

use super::Expansion;
use super::build::fields;
use crate::decode::{Decode, Reading};
use crate::emit::{Fragment, quote};
use crate::ir::{Labels, LayerUse, Pipeline};
use crate::shape::{Axis, Type};

/// The outputs that a decode reads.
pub(crate) struct Outlet<'a> {
    /// The path in front of the runtime's names in types; in calls it is `p`.
    pub root: &'a Fragment,
    /// The axes of each output.
    pub ty: &'a Type,
    /// Whether the labels have names.
    pub has_names: bool,
    labels: Option<Fragment>,
    last: Option<&'a LayerUse>,
    first: usize,
}

impl Outlet<'_> {
    /// The output of a number among those of the pipeline.
    pub fn output(&self, number: usize) -> Fragment {
        let index = self.first + number;
        quote!(&outputs[#index])
    }

    /// The first output.
    pub fn first(&self) -> Fragment {
        self.output(0)
    }

    /// The field of the pipeline's last layer.
    pub fn last_layer(&self) -> Fragment {
        self.last.map_or_else(Fragment::default, |layer| fields(&layer.path))
    }

    /// The type of the labels, where there is a label set.
    pub fn labels(&self) -> Option<Fragment> {
        self.labels.clone()
    }

    /// The type of the labels; without a set, of numbers below the size of the last axis.
    pub fn labels_or_numbers(&self) -> Fragment {
        let root = self.root;
        let size = self.ty.feature().and_then(|feature| feature.size.as_number()).unwrap_or(1) as usize;
        self.labels().unwrap_or_else(|| quote!(#root::IndexLabel<#size>))
    }

    /// One of these a token, a place that a convolution left or a pair of tokens, where there is such an axis.
    pub fn per_token(&self, one: Fragment) -> Fragment {
        let root = self.root;
        match self.ty.axes().iter().filter(|axis| matches!(axis, Axis::Token | Axis::Step)).count() {
            0 => one,
            1 => quote!(#root::PerToken<#one>),
            _ => quote!(#root::PerPair<#one>),
        }
    }
}

impl Expansion<'_> {
    /// The decodes of all pipelines: the name of what each reads, its call, and the type of a prediction.
    pub(super) fn readings(&self) -> &[(String, Reading)] {
        self.readings.get_or_init(|| {
            let mut first = 0;
            let mut readings = Vec::new();
            for pipeline in &self.head.pipelines {
                readings.extend(self.pipeline_readings(pipeline, first));
                first += pipeline.outputs.len();
            }
            readings
        })
    }

    fn pipeline_readings(&self, pipeline: &Pipeline, first: usize) -> Vec<(String, Reading)> {
        let readings = pipeline.readings().into_iter();
        readings.map(|(name, outputs)| (name, self.reading(pipeline, first + outputs.start))).collect()
    }

    fn reading(&self, pipeline: &Pipeline, first: usize) -> Reading {
        let root = &self.root;
        let ty = pipeline.outlet();
        let labels = pipeline.labels().map(|set| self.label_type(set));
        let declared = pipeline.set.and_then(|set| self.head.sets.get(set));
        let has_names = declared.is_some_and(|set| !matches!(set.labels, Labels::Count(_)));
        let outlet = Outlet { root, ty, has_names, labels, last: pipeline.last_layer(), first };
        let mut reading = pipeline.decode.room().rust(&outlet);
        if ty.has(&Axis::Choice) && !answers_whole_example(&pipeline.decode, ty) {
            let one = reading.ty;
            reading.ty = quote!(#root::PerChoice<#one>);
        }
        reading
    }
}

/// Whether the choices of an example have one answer together: one of them is chosen, or their rows are one tensor.
fn answers_whole_example(decode: &Decode, ty: &Type) -> bool {
    match decode {
        Decode::Argmax(_) => ty.axes().last() == Some(&Axis::Choice),
        Decode::Tensor(_) => !ty.has(&Axis::Token) && !ty.has(&Axis::Step),
        Decode::TopK(_)
        | Decode::Entities(_)
        | Decode::Threshold(_)
        | Decode::Value(_)
        | Decode::Span(_)
        | Decode::Embedding(_)
        | Decode::Viterbi(_)
        | Decode::Rank(_)
        | Decode::Tree(_) => false,
    }
}
