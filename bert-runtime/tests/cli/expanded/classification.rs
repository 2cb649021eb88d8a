/// What a text is about.
///
/// Reads `pooled`, `[batch, hidden]`: BERT's pooler output, tanh(dense(first token)): one vector for the whole text, because the head gives one answer a text.
///
/// A prediction is the one with the highest score, with the score of each.
/// Trained by cross-entropy: one of the last axis is right, and its probability should be high.
///
/// ```text
/// /// What a text is about.
/// pub head Classification {
///     labels negative, positive;
///     input pooled;
///     dropout;
///     classifier: linear hidden -> labels;
///     loss cross_entropy;
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)]
pub struct Classification;
/// The labels of [`Classification`], in the order of a checkpoint's `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(
    dead_code,
    non_camel_case_types,
    clippy::enum_variant_names,
    clippy::upper_case_acronyms
)]
pub enum ClassificationLabel {
    /// `negative`
    Negative,
    /// `positive`
    Positive,
}
/// The layers of [`Classification`], bound to an encoder.
#[derive(Debug, Clone)]
#[allow(dead_code, non_snake_case, clippy::pub_underscore_fields)]
pub struct ClassificationHead {
    /// Leaves out numbers at random, in training only, as often as the encoder's config says: `[batch, hidden]` to `[batch, hidden]`.
    pub dropout: ::bert_runtime::__private::Dropout,
    /// Multiplies the features by a matrix, for 2 new ones: `[batch, hidden]` to `[batch, 2]`.
    pub classifier: ::bert_runtime::__private::Linear,
}
/// What [`Classification`] computes, before it is read.
#[derive(Debug, Clone)]
#[allow(dead_code, non_snake_case)]
pub struct ClassificationOutput {
    /// The output `logits`: `[batch, 2]`, in its padded form.
    pub logits: ::bert_runtime::__private::Tensor,
}
#[allow(unused_imports, unused_qualifications, clippy::possible_missing_comma)]
const _: () = {
    use ::bert_runtime::__private as p;
    use ::bert_runtime::__private::traits::*;
    p::labels!(ClassificationLabel { Negative = "negative", Positive = "positive" });
    #[automatically_derived]
    impl p::Module for ClassificationHead {
        fn class(&self) -> p::Option<p::String> {
            p::Some(p::String::from("Classification"))
        }
        fn children(&self) -> p::Vec<(&str, &dyn p::Module)> {
            p::Vec::from([
                ("dropout", &self.dropout as &dyn p::Module),
                ("classifier", &self.classifier),
            ])
        }
    }
    #[automatically_derived]
    impl p::Head for ClassificationHead {
        fn outputs(&self) -> p::Vec<&str> {
            p::Vec::from(["logits"])
        }
        fn demand(&self, _: p::Purpose<'_>) -> p::Demand {
            p::Demand::of(
                p::Vec::from([
                    p::SourceDemand::new(p::Source::Pooled, p::RowChoice::All),
                ]),
            )
        }
        fn forward(
            &self,
            cx: &p::Context,
            encoded: &p::Encoded,
        ) -> p::Result<p::Vec<p::Value>> {
            let x = encoded.output(0usize)?;
            let x = if cx.is_training() { self.dropout.forward(cx, &x)? } else { x };
            let x = self.classifier.forward(cx, &x)?;
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
                    p::CrossEntropy {
                        ignore: -100i64,
                        class_weights: p::None,
                        smoothing: 0f64,
                    }
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
            p::Ok(p::Vec::from([p::decode_argmax(&outputs[0usize], reading)?]))
        }
        fn outcomes(&self) -> p::Vec<p::Outcome> {
            p::Vec::from([
                p::Outcome::new("logits", &["labels"])
                    .chosen_from::<ClassificationLabel>(),
            ])
        }
    }
    #[automatically_derived]
    impl p::Task for Classification {
        type Head = ClassificationHead;
        type Input = ::bert_runtime::__private::Text;
        type Prediction = ::bert_runtime::__private::Classified<ClassificationLabel>;
        type Output = ClassificationOutput;
        type Target = ClassificationLabel;
        const NAME: &'static str = "Classification";
        const TEXT: &'static str = "/// What a text is about.\npub head Classification {\n    labels negative, positive;\n    input pooled;\n    dropout;\n    classifier: linear hidden -> labels;\n    loss cross_entropy;\n}\n";
        const READS: &'static [p::Reads] = &[
            p::Reads {
                source: "pooled",
                shape: "[batch, hidden]",
                why: "BERT's pooler output, tanh(dense(first token)): one vector for the whole text, because the head gives one answer a text",
            },
        ];
        fn bind(b: &mut p::Binder<'_>) -> Self::Head {
            b.at(4u32, "input pooled");
            b.source(p::Source::Pooled);
            b.at(3u32, "labels negative, positive");
            p::bind_labels::<ClassificationLabel>(b, "labels");
            ClassificationHead {
                dropout: {
                    b.at(5u32, "dropout");
                    p::Dropout::new("dropout", b.dropout(p::None))
                },
                classifier: {
                    b.at(6u32, "classifier: linear hidden -> labels");
                    p::Linear::new(
                        b
                            .parameter(
                                "classifier.weight",
                                &[p::Size::from(2u64), b.hidden()],
                                p::Init::Normal,
                            ),
                        p::Some(
                            b
                                .parameter(
                                    "classifier.bias",
                                    &[p::Size::from(2u64)],
                                    p::Init::Zeros,
                                ),
                        ),
                    )
                },
            }
        }
        fn output(outputs: p::Vec<p::Value>) -> p::Result<Self::Output> {
            let [output_0] = p::take_outputs(outputs)?;
            p::Ok(ClassificationOutput {
                logits: output_0.to_padded()?,
            })
        }
        fn prediction(decoded: p::Vec<p::Decoded>) -> p::Result<Self::Prediction> {
            p::next_decoded(&mut decoded.into_iter())
        }
    }
};
