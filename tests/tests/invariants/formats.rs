//! Number formats of half the size, under masks that have holes.

use bert_runtime::encoder::Batch;
use bert_runtime::text::Example;
use bert_runtime::{Bert, BertFor, Context};
use candle_core::{DType, Tensor};
use tests::each_head;
use tests::numbers::{numbers, relative};
use tests::proof::within;
use tests::samples::{Sample, fresh_with};

/// No padding, at the right, at the left, holes, one token, all three.
const MASKS: [&str; 6] = ["111111111", "111110000", "000111111", "101101101", "000010000", "011010010"];

fn batch<T: Sample>() -> Batch {
    let rows = |of: &dyn Fn(usize, usize) -> u32| -> Vec<Vec<u32>> {
        (0..MASKS.len()).map(|row| (0..9).map(|column| of(row, column)).collect()).collect()
    };
    let mask = rows(&|row, column| u32::from(MASKS[row].as_bytes()[column] == b'1'));
    let batch =
        Batch::from_padded(&rows(&|row, column| (row * 131 + column * 17 + 5) as u32), &mask, &rows(&|_, column| u32::from(column > 5)));
    if T::inputs()[0].is_choices() { batch.unwrap().with_choices(&[2, 4]).unwrap() } else { batch.unwrap() }
}

fn open<T: Sample>(dtype: DType) -> BertFor<T> {
    fresh_with(&Bert::options().dtype(dtype).trainable(true))
}

fn outputs<T: Sample>(model: &BertFor<T>, cx: &Context) -> Vec<Tensor> {
    model.outputs(cx, &batch::<T>()).unwrap().iter().map(|output| output.tensor().clone()).collect()
}

fn halves_are_near<T: Sample>() {
    let full = outputs(&open::<T>(DType::F32), &Context::evaluation());
    for (dtype, tolerance) in [(DType::F16, 0.02), (DType::BF16, 0.15)] {
        for (half, full) in outputs(&open::<T>(dtype), &Context::evaluation()).iter().zip(&full) {
            assert_eq!(half.dtype(), dtype);
            let difference = relative(&half.to_dtype(DType::F32).unwrap(), full);
            within(&format!("{} in {}", T::NAME, dtype.as_str()), difference, tolerance).unwrap_or_else(|fault| panic!("{fault}"));
        }
    }
}

#[test]
fn outputs_of_half_formats_are_near_those_of_f32_under_holes() {
    each_head!(halves_are_near);
}

fn gradients_are_numbers<T: Sample>() {
    for dtype in [DType::F16, DType::BF16] {
        let model = open::<T>(dtype);
        let squares = |output: &Tensor| output.to_dtype(DType::F32).unwrap().sqr().unwrap().mean_all().unwrap();
        let losses: Vec<Tensor> = outputs(&model, &Context::training(1, 1)).iter().map(squares).collect();
        let store = Tensor::stack(&losses, 0).unwrap().sum_all().unwrap().backward().unwrap();
        for parameter in model.parameters() {
            let gradient = store.get(parameter.tensor()).unwrap_or_else(|| panic!("{}: {}", T::NAME, parameter.name()));
            assert!(numbers(gradient).iter().all(|number| number.is_finite()), "{}: {}", T::NAME, parameter.name());
        }
    }
}

#[test]
fn gradients_of_half_formats_are_numbers_under_holes() {
    each_head!(gradients_are_numbers);
}
