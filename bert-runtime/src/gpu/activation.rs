//! Biases and activations in one pass.

use candle_core::{Result, Tensor};

use super::buffer::{Blank, address, aligned};
use super::launch::{Launch, Operand, THREADS, int, suffix};
use super::noted::noted;
use super::sums::column_sums;
use crate::kernels::activation::Function;

/// Numbers that a thread takes.
const RUN: usize = 8;

/// `function(rows + bias)`: from `[rows, width]` and `[width]` to `[rows, width]`, with its gradients where `graph` says so.
pub(crate) fn activated(rows: &Tensor, bias: &Tensor, function: Function, graph: bool) -> Result<Tensor> {
    let (of, added) = (aligned(&rows.detach())?, aligned(&bias.detach())?);
    let pass = Pass { rows: of, bias: added, function };
    let result = pass.run("activate", None)?;
    if !graph {
        return Ok(result.tensor());
    }
    let back = move |_: &Tensor, gradient: &Tensor| {
        let of_rows = pass.run("activate_back", Some(&aligned(gradient)?))?.tensor();
        let of_bias = column_sums(&of_rows)?;
        Ok(vec![of_rows, of_bias])
    };
    noted("activation", result, &[rows, bias], Box::new(back))
}

struct Pass {
    rows: Tensor,
    bias: Tensor,
    function: Function,
}

impl Pass {
    fn run(&self, kernel: &str, gradient: Option<&Tensor>) -> Result<Blank> {
        let Self { rows, bias, function } = self;
        let (count, width) = rows.dims2()?;
        let mut result = Blank::new((count, width), rows.dtype(), rows.device())?;
        let blocks = (count * width.div_ceil(RUN)).div_ceil(THREADS as usize);
        let launch = Launch::new("activation", format!("{kernel}_{}", suffix(rows.dtype())?), blocks);
        let mut operands = vec![address(rows)?, address(bias)?];
        operands.extend(gradient.map(address).transpose()?);
        let vectors = Operand::Int(i32::from(width.is_multiple_of(RUN)));
        operands.extend([int(count)?, int(width)?, vectors, Operand::Int(number(*function)), result.address()?]);
        launch.run(rows.device(), &operands)?;
        Ok(result)
    }
}

/// How the kernel calls a function.
fn number(function: Function) -> i32 {
    match function {
        Function::Identity => 0,
        Function::Gelu => 1,
        Function::GeluTanh => 2,
        Function::QuickGelu => 3,
        Function::Relu => 4,
        Function::Relu2 => 5,
        Function::Relu6 => 6,
        Function::LeakyRelu => 7,
        Function::Silu => 8,
        Function::Mish => 9,
        Function::Tanh => 10,
        Function::Sigmoid => 11,
    }
}
