//! What every layer along a sequence keeps to: gradients, independence of the batch, and every number format.

use super::*;
use crate::layers::testing::{assert_close, check_gradients};

type Forward = fn(&Context, &[Parameter], &Value) -> Value;

fn recurrent(parameters: &[Parameter], directions: usize) -> Vec<Vec<Recurrent>> {
    let weights =
        |p: &[Parameter]| Recurrent { weight_ih: p[0].clone(), weight_hh: p[1].clone(), bias_ih: p[2].clone(), bias_hh: p[3].clone() };
    parameters.chunks(4 * directions).map(|layer| layer.chunks(4).map(weights).collect()).collect()
}

fn attention(p: &[Parameter]) -> AttentionWeights {
    AttentionWeights {
        in_proj_weight: p[0].clone(),
        in_proj_bias: p[1].clone(),
        out_proj_weight: p[2].clone(),
        out_proj_bias: p[3].clone(),
    }
}

fn transformer(p: &[Parameter], dropout: f64) -> Transformer {
    let weights = TransformerWeights {
        attention: attention(p),
        linear1_weight: p[4].clone(),
        linear1_bias: p[5].clone(),
        linear2_weight: p[6].clone(),
        linear2_bias: p[7].clone(),
        norm1_weight: p[8].clone(),
        norm1_bias: p[9].clone(),
        norm2_weight: p[10].clone(),
        norm2_bias: p[11].clone(),
    };
    Transformer::new("t", weights, 2, Activation::Silu, 0.1, dropout)
}

/// One direction's shapes, by the number of gates, the input's width and the state's.
fn shapes(gates: usize, inner: usize, hidden: usize) -> Vec<Vec<usize>> {
    vec![vec![gates * hidden, inner], vec![gates * hidden, hidden], vec![gates * hidden], vec![gates * hidden]]
}

fn transformer_shapes() -> Vec<Vec<usize>> {
    vec![vec![12, 4], vec![12], vec![4, 4], vec![4], vec![3, 4], vec![3], vec![4, 3], vec![4], vec![4], vec![4], vec![4], vec![4]]
}

/// Layers that read `[batch, token, 4]`, with their parameters' shapes.
fn layers() -> Vec<(&'static str, Vec<Vec<usize>>, Forward)> {
    let twice = |gates| [shapes(gates, 4, 2), shapes(gates, 4, 2), shapes(gates, 4, 2), shapes(gates, 4, 2)].concat();
    let convolution = |width| vec![vec![2, 4, width], vec![2]];
    vec![
        ("lstm", shapes(4, 4, 3), |cx, p, x| Lstm::new(recurrent(p, 1)).forward(cx, x).unwrap()),
        ("lstm of two layers and directions", twice(4), |cx, p, x| Lstm::new(recurrent(p, 2)).forward(cx, x).unwrap()),
        ("gru of two layers and directions", twice(3), |cx, p, x| Gru::new(recurrent(p, 2)).forward(cx, x).unwrap()),
        ("conv", convolution(4), |cx, p, x| Conv::new(p[0].clone(), p[1].clone(), Padding::Same, 1).forward(cx, x).unwrap()),
        ("conv by two", convolution(3), |cx, p, x| Conv::new(p[0].clone(), p[1].clone(), Padding::Same, 2).forward(cx, x).unwrap()),
        ("conv inside", convolution(1), |cx, p, x| Conv::new(p[0].clone(), p[1].clone(), Padding::None, 2).forward(cx, x).unwrap()),
        ("attention", transformer_shapes()[..4].to_vec(), |cx, p, x| Attention::new(attention(p), 2).forward(cx, x).unwrap()),
        ("transformer", transformer_shapes(), |cx, p, x| transformer(p, 0.3).forward(cx, x).unwrap()),
        ("biaffine", vec![vec![2, 5, 5]], |cx, p, x| Biaffine::new(p[0].clone()).forward(cx, &[x, x]).unwrap()),
        ("bilinear", vec![vec![3, 4, 4], vec![3]], |cx, p, x| Bilinear::new(p[0].clone(), p[1].clone()).forward(cx, &[x, x]).unwrap()),
    ]
}

/// The input's 9 rows, then the parameters.
fn inputs(shapes: &[Vec<usize>]) -> Vec<Tensor> {
    let parameters = shapes.iter().enumerate().map(|(seed, shape)| random(seed as u64 + 2, shape));
    std::iter::once(random(1, &[9, 4])).chain(parameters).collect()
}

fn parameters(tensors: &[Tensor], dtype: DType) -> Vec<Parameter> {
    tensors.iter().map(|tensor| fixed(&tensor.to_dtype(dtype).unwrap())).collect()
}

#[test]
fn gradients_are_the_differences() {
    for (name, shapes, forward) in layers() {
        eprintln!("{name}");
        check_gradients(&inputs(&shapes), |cx, p| forward(cx, &p[1..], &tokens(&p[0].get(cx))).tensor().clone());
    }
}

/// One sequence of the batch, under its own number.
fn alone(sequence: usize, x: &Tensor) -> Value {
    let all = layout();
    let one = Layout::new([all.positions(sequence)], all.width() + sequence).unwrap().with_first_sequence(sequence as u64);
    Value::new(x.narrow(0, all.rows(sequence).start, all.length(sequence)).unwrap(), Rows::Token, Arc::new(one))
}

#[test]
fn a_row_equals_itself_alone() {
    for (name, shapes, forward) in layers() {
        for (dtype, tolerance) in [(DType::F64, 1e-12), (DType::F32, 1e-6)] {
            let inputs = inputs(&shapes).iter().map(|tensor| tensor.to_dtype(dtype).unwrap()).collect::<Vec<_>>();
            let p = parameters(&inputs[1..], dtype);
            for cx in [eval(), Context::training(3, 4)] {
                let whole = forward(&cx, &p, &tokens(&inputs[0]));
                let found: Vec<f64> = (0..3).flat_map(|row| numbers(forward(&cx, &p, &alone(row, &inputs[0])).tensor())).collect();
                eprintln!("{name}");
                assert_close(&found, &numbers(whole.tensor()), tolerance);
            }
        }
    }
}

#[test]
fn every_format_is_finite_and_close() {
    for (name, shapes, forward) in layers() {
        let inputs: Vec<Tensor> = inputs(&shapes).iter().map(|tensor| (tensor * 0.5).unwrap()).collect();
        let exact = forward(&eval(), &parameters(&inputs[1..], DType::F64), &tokens(&inputs[0]));
        for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F16, 0.03), (DType::BF16, 0.2)] {
            let p = parameters(&inputs[1..], dtype);
            let x = tokens(&inputs[0].to_dtype(dtype).unwrap());
            for cx in [eval(), eval().with_gradients(), Context::training(1, 1)] {
                let found = forward(&cx, &p, &x);
                assert_eq!(found.tensor().dtype(), dtype, "{name}");
                assert!(numbers(found.tensor()).iter().all(|x| x.is_finite()), "{name}");
                if !cx.is_training() {
                    assert_close(&numbers(found.tensor()), &numbers(exact.tensor()), tolerance);
                }
            }
        }
    }
}

#[test]
fn no_rows_give_none() {
    let (none, _) = layout().select(&[vec![], vec![], vec![]]).unwrap();
    let x = Value::new(random(1, &[0, 4]), Rows::Token, Arc::new(none));
    for (name, shapes, forward) in layers().into_iter().filter(|(name, ..)| *name != "conv inside") {
        let p = parameters(&inputs(&shapes)[1..], DType::F64);
        let found = forward(&eval(), &p, &x);
        let whole = forward(&eval(), &p, &tokens(&random(1, &[9, 4])));
        assert_eq!(found.tensor().dims(), [0, whole.tensor().dims()[1]], "{name}");
    }
}

#[test]
fn they_want_tokens_with_features() {
    let sequences = Value::new(random(1, &[3, 4]), Rows::Sequence, layout());
    let layered = Value::with_layers(random(1, &[9, 2, 4]), Rows::Token, layout());
    let p = parameters(&inputs(&transformer_shapes())[1..], DType::F64);
    for x in [sequences, layered] {
        let errors = [
            Lstm::new(recurrent(&p[..4], 1)).forward(&eval(), &x).unwrap_err(),
            Gru::new(recurrent(&p[..4], 1)).forward(&eval(), &x).unwrap_err(),
            Conv::new(p[0].clone(), p[1].clone(), Padding::Same, 1).forward(&eval(), &x).unwrap_err(),
            transformer(&p, 0.0).forward(&eval(), &x).unwrap_err(),
            Biaffine::new(p[0].clone()).forward(&eval(), &[&x, &x]).unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.to_string().contains("token axis")), "{errors:?}");
    }
    let error = Attention::new(attention(&p), 3).forward(&eval(), &tokens(&random(1, &[9, 4]))).unwrap_err();
    assert!(error.to_string().contains("3 heads do not divide a width of 4"), "{error}");
    assert!(Lstm::new(vec![]).forward(&eval(), &tokens(&random(1, &[9, 4]))).is_err());
}

#[test]
fn dropout_of_a_transformer_is_at_work_everywhere() {
    let inputs = inputs(&transformer_shapes());
    let p = parameters(&inputs[1..], DType::F64);
    let run = |cx: &Context, dropout| numbers(transformer(&p, dropout).forward(cx, &tokens(&inputs[0])).unwrap().tensor());
    assert_eq!(run(&Context::training(1, 1), 0.3), run(&Context::training(1, 1), 0.3));
    assert_ne!(run(&Context::training(1, 1), 0.3), run(&Context::training(1, 2), 0.3));
    assert_close(&run(&Context::training(1, 1), 0.0), &run(&eval(), 0.3), 1e-12);
}

#[test]
fn modules_print_as_pytorch_does() {
    let parameters = |shapes: &[Vec<usize>]| parameters(&inputs(shapes)[1..], DType::F64);
    let p = parameters(&[shapes(4, 32, 12), shapes(4, 32, 12)].concat());
    assert_eq!(Lstm::new(recurrent(&p, 2)).class().unwrap(), "LSTM(32, 12, batch_first=True, bidirectional=True)");
    let p = parameters(&[shapes(3, 4, 3), shapes(3, 3, 3)].concat());
    assert_eq!(Gru::new(recurrent(&p, 1)).class().unwrap(), "GRU(4, 3, num_layers=2, batch_first=True)");
    let p = parameters(&[vec![10, 32, 3], vec![10], vec![3, 4, 5], vec![3]]);
    let conv = |padding, stride| Conv::new(p[0].clone(), p[1].clone(), padding, stride).class().unwrap();
    assert_eq!(conv(Padding::Same, 1), "Conv1d(32, 10, kernel_size=(3,), stride=(1,), padding=same)");
    assert_eq!(conv(Padding::None, 2), "Conv1d(32, 10, kernel_size=(3,), stride=(2,))");
    let bilinear = Bilinear::new(p[2].clone(), p[3].clone());
    assert_eq!(bilinear.class().unwrap(), "Bilinear(in1_features=4, in2_features=5, out_features=3, bias=True)");
    let p = parameters(&transformer_shapes());
    let tree = "(self_attn): MultiheadAttention(\n  \
                  (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=True)\n\
                )\n\
                (linear1): Linear(in_features=4, out_features=3, bias=True)\n\
                (dropout): Dropout(p=0.3, inplace=False)\n\
                (linear2): Linear(in_features=3, out_features=4, bias=True)\n\
                (norm1): LayerNorm((4,), eps=0.1, elementwise_affine=True, bias=True)\n\
                (norm2): LayerNorm((4,), eps=0.1, elementwise_affine=True, bias=True)\n\
                (dropout1): Dropout(p=0.3, inplace=False)\n\
                (dropout2): Dropout(p=0.3, inplace=False)\n";
    assert_eq!(crate::module::print_tree(&transformer(&p, 0.3)), tree);
    assert_eq!(crate::module::all_parameters(&transformer(&p, 0.3)).len(), 12);
}
