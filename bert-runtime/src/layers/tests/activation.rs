//! Activations against their formulas.

use super::*;

fn erf(x: f64) -> f64 {
    let steps = 4000;
    let width = x / steps as f64;
    let at = |step: usize| (-(width * step as f64).powi(2)).exp();
    let inner: f64 = (1..steps).map(|step| at(step) * if step % 2 == 1 { 4.0 } else { 2.0 }).sum();
    2.0 / std::f64::consts::PI.sqrt() * width / 3.0 * (at(0) + inner + at(steps))
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn naive(activation: Activation, x: f64) -> f64 {
    use Activation::*;
    match activation {
        Gelu => x * 0.5 * (1.0 + erf(x / 2f64.sqrt())),
        GeluNew | GeluPytorchTanh | GeluFast | GeluAccurate => {
            0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh())
        }
        QuickGelu => x * sigmoid(1.702 * x),
        Relu => x.max(0.0),
        Relu2 => x.max(0.0).powi(2),
        Relu6 => x.clamp(0.0, 6.0),
        Silu | Swish => x * sigmoid(x),
        Mish => x * x.exp().ln_1p().tanh(),
        Identity => x,
        Tanh => x.tanh(),
        Sigmoid => sigmoid(x),
        Log1p => x.ln_1p(),
        Abs => x.abs(),
        Softplus => x.exp().ln_1p(),
        Elu => {
            if x > 0.0 {
                x
            } else {
                x.exp_m1()
            }
        }
        LeakyRelu => {
            if x > 0.0 {
                x
            } else {
                0.01 * x
            }
        }
        Softmax | LogSoftmax => panic!("not of elements"),
    }
}

const OF_ELEMENTS: [Activation; 20] = {
    use Activation::*;
    [
        Gelu,
        GeluNew,
        GeluPytorchTanh,
        GeluFast,
        GeluAccurate,
        QuickGelu,
        Relu,
        Relu2,
        Relu6,
        Silu,
        Swish,
        Mish,
        Identity,
        Tanh,
        Sigmoid,
        Log1p,
        Abs,
        Softplus,
        Elu,
        LeakyRelu,
    ]
};

#[test]
fn activations_are_their_formulas() {
    for activation in OF_ELEMENTS {
        let x = if activation == Activation::Log1p { random(1, &[9, 5]).abs().unwrap() } else { (random(1, &[9, 5]) * 4.0).unwrap() };
        let found = activation.forward(&eval(), &tokens(&x)).unwrap();
        let expected: Vec<f64> = numbers(&x).into_iter().map(|x| naive(activation, x)).collect();
        assert_close(&numbers(found.tensor()), &expected, 1e-7);
        check_gradients(&[x], |cx, p| activation.forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone());
    }
}

#[test]
fn activations_have_pytorchs_gradient_at_zero() {
    let expected = [
        (Activation::Relu, 0.0),
        (Activation::Abs, 0.0),
        (Activation::Softplus, 0.5),
        (Activation::LeakyRelu, 0.01),
        (Activation::Elu, 1.0),
        (Activation::Gelu, 0.5),
    ];
    for (activation, slope) in expected {
        let zero = candle_core::Var::zeros((9, 1), DType::F32, &Device::Cpu).unwrap();
        let found = activation.forward(&eval().with_gradients(), &Value::new(zero.as_tensor().clone(), Rows::Token, layout())).unwrap();
        let gradients = found.tensor().sum_all().unwrap().backward().unwrap();
        assert_close(&numbers(gradients.get(&zero).unwrap()), &[slope; 9], 1e-6);
    }
}

#[test]
fn activations_are_finite_far_out_in_every_format() {
    for activation in OF_ELEMENTS {
        for dtype in [DType::F16, DType::BF16, DType::F32] {
            let extremes = if activation == Activation::Log1p { [0f32, 100.0, 1000.0] } else { [-300f32, 100.0, 300.0] };
            let extremes = if activation == Activation::Relu2 { [-300.0, 100.0, 200.0] } else { extremes };
            let extremes =
                Tensor::new(&extremes, &Device::Cpu).unwrap().repeat(3).unwrap().reshape((9, 1)).unwrap().to_dtype(dtype).unwrap();
            let x = candle_core::Var::from_tensor(&extremes).unwrap();
            let found = activation.forward(&eval().with_gradients(), &Value::new(x.as_tensor().clone(), Rows::Token, layout())).unwrap();
            let gradients = found.tensor().sum_all().unwrap().backward().unwrap();
            let all = [numbers(found.tensor()), numbers(gradients.get(&x).unwrap())].concat();
            assert!(all.iter().all(|x| x.is_finite()), "{activation:?} in {dtype:?}: {all:?}");
        }
    }
}

#[test]
fn softmax_runs_over_features() {
    let x = random(1, &[9, 5]);
    let expected: Vec<f64> = rows(&x).iter().flat_map(|x| naive_softmax(x)).collect();
    let found = Activation::Softmax.forward(&eval(), &tokens(&x)).unwrap();
    assert_close(&numbers(found.tensor()), &expected, 1e-12);
    let logs = Activation::LogSoftmax.forward(&eval(), &tokens(&x)).unwrap();
    assert_close(&numbers(logs.tensor()), &expected.iter().map(|x| x.ln()).collect::<Vec<_>>(), 1e-12);
    for activation in [Activation::Softmax, Activation::LogSoftmax] {
        check_gradients(std::slice::from_ref(&x), |cx, p| activation.forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone());
    }
}

#[test]
fn softmax_without_features_runs_over_each_sequences_tokens() {
    let x = random(1, &[9]);
    let bare = |x: Tensor| tokens(&x).without_features(x);
    let expected: Vec<f64> = SEQUENCES.iter().flat_map(|range| naive_softmax(&numbers(&x)[range.clone()])).collect();
    let found = Activation::Softmax.forward(&eval(), &bare(x.clone())).unwrap();
    assert_close(&numbers(found.tensor()), &expected, 1e-12);
    check_gradients(std::slice::from_ref(&x), |cx, p| Activation::LogSoftmax.forward(cx, &bare(p[0].get(cx))).unwrap().tensor().clone());
    let one_a_sequence = Value::new(x.clone(), Rows::Sequence, layout()).without_features(x);
    assert!(Activation::Softmax.forward(&eval(), &one_a_sequence).is_err());
}
