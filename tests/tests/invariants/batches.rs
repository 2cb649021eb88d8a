//! A batch says of each example what the example alone says.

use std::fmt::Debug;

use bert_runtime::{Bert, Context, Rows, Value};
use candle_core::{DType, Tensor};
use tests::each_head;
use tests::numbers::{alike, furthest};
use tests::samples::{EXAMPLES, Sample, batch, fresh, fresh_with};

/// An example's own rows.
fn rows_of(value: &Value, example: usize) -> Tensor {
    let layout = value.layout();
    let sequences = layout.choices(example).unwrap_or(example..example + 1);
    let rows = match value.rows() {
        Rows::Token => layout.rows(sequences.start).start..layout.rows(sequences.end - 1).end,
        Rows::Sequence | Rows::Pair => sequences,
    };
    value.tensor().narrow(0, rows.start, rows.len()).unwrap()
}

/// The outputs of all examples together, in a batch as wide as the longest and in a wider one, and of each alone, to the bit.
fn agrees<T: Sample>(dtype: DType, cx: &Context) {
    let model = fresh_with::<T>(&Bert::options().dtype(dtype));
    for more in [0, 5] {
        let together = model.outputs(cx, &batch::<T>(model.bert(), 0..EXAMPLES, more).0).unwrap();
        for example in 0..EXAMPLES {
            let alone = model.outputs(cx, &batch::<T>(model.bert(), example..example + 1, 0).0).unwrap();
            for (together, alone) in together.iter().zip(&alone) {
                assert_eq!(furthest(&rows_of(together, example), alone.tensor()), 0.0, "{}, example {example}", T::NAME);
            }
        }
    }
}

#[test]
fn a_padded_batch_equals_its_rows_one_by_one() {
    each_head!(agrees, DType::F32, &Context::evaluation());
    each_head!(agrees, DType::F64, &Context::evaluation());
}

#[test]
fn dropout_does_not_depend_on_how_a_batch_is_laid_out() {
    each_head!(agrees, DType::F32, &Context::training(3, 8));
    each_head!(agrees, DType::F64, &Context::training(3, 8));
}

fn many_are_predicted_as_one<T: Sample<Prediction: Debug>>() {
    let model = fresh::<T>();
    let many = model.predict_many(T::inputs()).unwrap();
    for (input, many) in T::inputs().into_iter().zip(&many) {
        let one = model.predict(input).unwrap();
        assert!(alike(&**many, &*one, 1e-6), "{}: {many:?} and {one:?}", T::NAME);
    }
}

#[test]
fn many_predictions_equal_those_one_by_one() {
    each_head!(many_are_predicted_as_one);
}

fn padded_form_has_zeros<T: Sample>() {
    let model = fresh::<T>();
    let narrow = batch::<T>(model.bert(), 0..EXAMPLES, 0).0;
    let outputs = model.outputs(&Context::evaluation(), &narrow).unwrap();
    for output in outputs.iter().filter(|output| output.rows() == Rows::Token) {
        let sum = |tensor: &Tensor| tensor.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap();
        let (rows, padded) = (sum(output.tensor()), sum(&output.to_padded().unwrap()));
        assert!((rows - padded).abs() <= 1e-5 * rows, "{}: {rows} and {padded}", T::NAME);
    }
}

#[test]
fn outputs_are_zero_where_a_row_has_no_token() {
    padded_form_has_zeros::<tests::heads::MaskedLm>();
    padded_form_has_zeros::<tests::heads::Ner>();
    padded_form_has_zeros::<tests::heads::QuestionAnswering>();
}
