/// Names of people and places.
///
/// Reads `tokens`, `[batch, token, hidden]`: the last hidden states: one vector a token, because the head gives one answer a token.
///
/// A prediction is the labels of the words that are likeliest together, and the runs of words under one label.
/// Trained by a conditional random field: the labels of a text are right together.
///
/// ```text
/// /// Names of people and places.
/// pub head Names {
///     labels "O", "B-PER", "I-PER", "B-LOC", "I-LOC";
///     input tokens;
///     lstm: lstm hidden -> 16, bidirectional;
///     classifier: linear 16 -> labels;
///     crf;
///     loss crf;
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)]
pub struct Names;
/// The labels of [`Names`], in the order of a checkpoint's `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(
    dead_code,
    non_camel_case_types,
    clippy::enum_variant_names,
    clippy::upper_case_acronyms
)]
pub enum NamesLabel {
    /// `O`
    O,
    /// `B-PER`
    BPER,
    /// `I-PER`
    IPER,
    /// `B-LOC`
    BLOC,
    /// `I-LOC`
    ILOC,
}
/// The layers of [`Names`], bound to an encoder.
#[derive(Debug, Clone)]
#[allow(dead_code, non_snake_case, clippy::pub_underscore_fields)]
pub struct NamesHead {
    /// Reads the tokens one after the other, from both ends, and gives 16 features a token (lstm): `[batch, token, hidden]` to `[batch, token, 16]`.
    pub lstm: ::bert_runtime::__private::Lstm,
    /// Multiplies the features by a matrix, for 5 new ones: `[batch, token, 16]` to `[batch, token, 5]`.
    pub classifier: ::bert_runtime::__private::Linear,
    /// Scores how labels follow one another, so that the labels of a text are chosen together: `[batch, token, 5]` to `[batch, token, 5]`.
    pub crf: ::bert_runtime::__private::Crf,
}
/// What [`Names`] computes, before it is read.
#[derive(Debug, Clone)]
#[allow(dead_code, non_snake_case)]
pub struct NamesOutput {
    /// The output `logits`: `[batch, token, 5]`, in its padded form.
    pub logits: ::bert_runtime::__private::Tensor,
}
#[allow(unused_imports, unused_qualifications, clippy::possible_missing_comma)]
const _: () = {
    use ::bert_runtime::__private as p;
    use ::bert_runtime::__private::traits::*;
    p::labels!(
        NamesLabel { O = "O", BPER = "B-PER", IPER = "I-PER", BLOC = "B-LOC", ILOC =
        "I-LOC" }
    );
    #[automatically_derived]
    impl p::Module for NamesHead {
        fn class(&self) -> p::Option<p::String> {
            p::Some(p::String::from("Names"))
        }
        fn children(&self) -> p::Vec<(&str, &dyn p::Module)> {
            p::Vec::from([
                ("lstm", &self.lstm as &dyn p::Module),
                ("classifier", &self.classifier),
                ("crf", &self.crf),
            ])
        }
    }
    #[automatically_derived]
    impl p::Head for NamesHead {
        fn outputs(&self) -> p::Vec<&str> {
            p::Vec::from(["logits"])
        }
        fn demand(&self, _: p::Purpose<'_>) -> p::Demand {
            p::Demand::of(
                p::Vec::from([
                    p::SourceDemand::new(p::Source::Tokens, p::RowChoice::All),
                ]),
            )
        }
        fn forward(
            &self,
            cx: &p::Context,
            encoded: &p::Encoded,
        ) -> p::Result<p::Vec<p::Value>> {
            let x = encoded.output(0usize)?;
            let x = self.lstm.forward(cx, &x)?;
            let x = self.classifier.forward(cx, &x)?;
            let x = self.crf.forward(cx, &x)?;
            p::Ok(p::Vec::from([x]))
        }
        fn loss(
            &self,
            cx: &p::Context,
            outputs: &[p::Value],
            targets: &p::Targets,
        ) -> p::Result<p::Vec<p::Part>> {
            p::Ok(
                p::Vec::from([
                    self
                        .crf
                        .part(
                            "logits",
                            1f64,
                            cx,
                            &outputs[0usize],
                            targets.require("labels")?,
                        )?,
                ]),
            )
        }
        fn decode(
            &self,
            outputs: &[p::Value],
            reading: &p::Reading<'_>,
        ) -> p::Result<p::Vec<p::Vec<p::Decoded>>> {
            p::Ok(
                p::Vec::from([
                    p::decode_viterbi(
                        &self.crf,
                        &outputs[0usize],
                        <NamesLabel as p::Label>::NAMES,
                        reading,
                    )?,
                ]),
            )
        }
        fn windowed(&self) -> p::Option<p::Vec<usize>> {
            p::Some(p::Vec::from([1usize]))
        }
        fn outcomes(&self) -> p::Vec<p::Outcome> {
            p::Vec::from([
                p::Outcome::new("logits", &["labels"]).chosen_from::<NamesLabel>(),
            ])
        }
    }
    #[automatically_derived]
    impl p::Task for Names {
        type Head = NamesHead;
        type Input = ::bert_runtime::__private::Text;
        type Prediction = ::bert_runtime::__private::Tagged<NamesLabel>;
        type Output = NamesOutput;
        type Target = ::bert_runtime::__private::Tags<NamesLabel>;
        const NAME: &'static str = "Names";
        const TEXT: &'static str = "/// Names of people and places.\npub head Names {\n    labels \"O\", \"B-PER\", \"I-PER\", \"B-LOC\", \"I-LOC\";\n    input tokens;\n    lstm: lstm hidden -> 16, bidirectional;\n    classifier: linear 16 -> labels;\n    crf;\n    loss crf;\n}\n";
        const READS: &'static [p::Reads] = &[
            p::Reads {
                source: "tokens",
                shape: "[batch, token, hidden]",
                why: "the last hidden states: one vector a token, because the head gives one answer a token",
            },
        ];
        fn bind(b: &mut p::Binder<'_>) -> Self::Head {
            b.at(4u32, "input tokens");
            b.source(p::Source::Tokens);
            b.at(3u32, "labels \"O\", \"B-PER\", \"I-PER\", \"B-LOC\", \"I-LOC\"");
            p::bind_labels::<NamesLabel>(b, "labels");
            NamesHead {
                lstm: {
                    b.at(5u32, "lstm: lstm hidden -> 16, bidirectional");
                    p::Lstm::new(
                        p::vec![
                            p::vec![p::Recurrent { weight_ih : b
                            .parameter("lstm.weight_ih_l0", & [p::Size::from(32u64), b
                            .hidden()], p::Init::Normal), weight_hh : b
                            .parameter("lstm.weight_hh_l0", & [p::Size::from(32u64),
                            p::Size::from(8u64)], p::Init::Normal), bias_ih : b
                            .parameter("lstm.bias_ih_l0", & [p::Size::from(32u64)],
                            p::Init::Zeros), bias_hh : b.parameter("lstm.bias_hh_l0", &
                            [p::Size::from(32u64)], p::Init::Zeros) }, p::Recurrent {
                            weight_ih : b.parameter("lstm.weight_ih_l0_reverse", &
                            [p::Size::from(32u64), b.hidden()], p::Init::Normal),
                            weight_hh : b.parameter("lstm.weight_hh_l0_reverse", &
                            [p::Size::from(32u64), p::Size::from(8u64)],
                            p::Init::Normal), bias_ih : b
                            .parameter("lstm.bias_ih_l0_reverse", &
                            [p::Size::from(32u64)], p::Init::Zeros), bias_hh : b
                            .parameter("lstm.bias_hh_l0_reverse", &
                            [p::Size::from(32u64)], p::Init::Zeros) }]
                        ],
                    )
                },
                classifier: {
                    b.at(6u32, "classifier: linear 16 -> labels");
                    p::Linear::new(
                        b
                            .parameter(
                                "classifier.weight",
                                &[p::Size::from(5u64), p::Size::from(16u64)],
                                p::Init::Normal,
                            ),
                        p::Some(
                            b
                                .parameter(
                                    "classifier.bias",
                                    &[p::Size::from(5u64)],
                                    p::Init::Zeros,
                                ),
                        ),
                    )
                },
                crf: {
                    b.at(7u32, "crf");
                    p::Crf::new(
                        b
                            .parameter(
                                "crf.start_transitions",
                                &[p::Size::from(5u64)],
                                p::Init::Uniform(0.1f64),
                            ),
                        b
                            .parameter(
                                "crf.end_transitions",
                                &[p::Size::from(5u64)],
                                p::Init::Uniform(0.1f64),
                            ),
                        b
                            .parameter(
                                "crf.transitions",
                                &[p::Size::from(5u64), p::Size::from(5u64)],
                                p::Init::Uniform(0.1f64),
                            ),
                    )
                },
            }
        }
        fn output(outputs: p::Vec<p::Value>) -> p::Result<Self::Output> {
            let [output_0] = p::take_outputs(outputs)?;
            p::Ok(NamesOutput {
                logits: output_0.to_padded()?,
            })
        }
        fn prediction(decoded: p::Vec<p::Decoded>) -> p::Result<Self::Prediction> {
            p::next_decoded(&mut decoded.into_iter())
        }
    }
};
