//! A layer of a user's own in a head, from the macro to its numbers.
#![allow(clippy::unwrap_used, missing_docs)]

mod layers {
    use bert_runtime::bind::{LayerBinder, Setting};
    use bert_runtime::layers::CustomLayer;
    use bert_runtime::{Context, Init, Module, Parameter, Result, Value};

    /// Each feature times a learned number, and times a setting.
    #[derive(Debug, Clone)]
    pub struct Gate {
        weight: Parameter,
        times: f64,
    }

    impl Module for Gate {
        fn class(&self) -> Option<String> {
            Some("Gate()".into())
        }

        fn parameters(&self) -> Vec<&Parameter> {
            vec![&self.weight]
        }
    }

    impl CustomLayer for Gate {
        fn bind(binder: &mut LayerBinder<'_, '_>) -> Self {
            if binder.from() != binder.to() {
                binder.fault("a gate keeps the size");
            }
            let times = match binder.setting("times") {
                Some(Setting::Number(times)) => times,
                _ => 1.0,
            };
            Self { weight: binder.parameter("weight", &[binder.to()], Init::Ones), times }
        }

        fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
            Ok(x.with_tensor((x.tensor().broadcast_mul(&self.weight.get(cx))? * self.times)?))
        }
    }
}

use bert_runtime::{Bert, ErrorKind, head};

head! {
    head Gated {
        input cls;
        crate::layers::Gate hidden -> hidden, times=3;
        decode embedding;
    }

    head Plain {
        input cls;
        decode embedding;
    }

    head Misfit {
        input cls;
        gate: crate::layers::Gate hidden -> 2*hidden;
        decode embedding;
    }
}

const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tiny-bert");

#[test]
fn it_is_bound_named_and_run() {
    let bert = Bert::open(TINY, &bert_runtime::Device::Cpu).unwrap();
    let (gated, plain) = (bert.fresh::<Gated>(0).unwrap(), bert.bind::<Plain>().unwrap());
    assert_eq!(gated.tree(), "(gate): Gate()\n");
    assert_eq!(gated.parameters().last().unwrap().name(), "gate.weight");
    let (found, raw) = (gated.predict("a text").unwrap(), plain.predict("a text").unwrap());
    let furthest = found.iter().zip(raw.iter()).map(|(a, b)| (a - 3.0 * b).abs()).fold(0.0, f32::max);
    assert!(furthest < 1e-5, "{furthest}");
}

#[test]
fn what_it_refuses_is_told_with_its_line() {
    let bert = Bert::open(TINY, &bert_runtime::Device::Cpu).unwrap();
    let error = bert.fresh::<Misfit>(0).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Binding);
    assert!(error.to_string().contains("a gate keeps the size"), "{error}");
}
