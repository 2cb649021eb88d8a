//! From token ids to vectors in training: sums of rows of the tables, a norm, and dropout.

use candle_core::{Shape, Tensor};

use crate::context::Context;
use crate::encoder::Batch;
use crate::encoder::embeddings::Embeddings;
use crate::error::Result;
use crate::kernels::block::{self, Block, BlockGradients};
use crate::kernels::dropout::Kept;
use crate::kernels::gathered::Gathered;
use crate::kernels::gradients::embedding::spread;
use crate::kernels::lines::panels;
use crate::kernels::pages::zeros;
use crate::kernels::scratch::Scratch;
use crate::kernels::tensors::Numbers;
use crate::kernels::turn::{packed, unpacked};
use crate::kernels::{Isa, team};
use crate::module::all_parameters;
use crate::parameter::Parameter;
use crate::value::{Rows, Value};

/// The vectors of a batch that was checked, `[total, hidden]`; `None` where kernels cannot compute them.
pub(in crate::encoder) fn embeddings(module: &Embeddings, cx: &Context, batch: &Batch) -> Result<Option<Value>> {
    let Some(numbers) = module.numbers().filter(|_| cx.format_here().is_none()) else { return Ok(None) };
    let (isa, hidden, rows) = (Isa::best(), numbers.hidden(), batch.layout().total());
    let kept = module.kept(cx, batch.layout(), hidden);
    let (sums, vectors) = team::inside(|| {
        let mut sums = Scratch::new(panels(rows) * hidden);
        numbers.look_up(batch, &mut sums);
        let mut vectors = Scratch::copied(&sums);
        numbers.norm().apply(isa, &mut vectors);
        kept.iter().for_each(|kept| kept.drop_from(isa, &mut vectors));
        (sums, unpacked(&vectors, hidden, rows))
    });
    let looked_up = [batch.ids().to_vec(), numbers.positions(batch), batch.types().to_vec()];
    drop(numbers);
    let weights: Vec<Tensor> = all_parameters(module).iter().map(|parameter| parameter.get(cx)).collect();
    let block = EmbeddingsBlock { module: module.clone(), kept, sums, looked_up };
    let vectors = block::apply(block, cx.gathered(), &[], &weights, (vectors, Shape::from((rows, hidden))))?;
    Ok(Some(Value::new(vectors, Rows::Token, batch.layout().clone())))
}

/// The embeddings as a block of the graph.
struct EmbeddingsBlock {
    module: Embeddings,
    kept: Option<Kept>,
    /// What the norm is of, in panels.
    sums: Scratch,
    /// The rows of each table, in the order of the module's parameters.
    looked_up: [Vec<u32>; 3],
}

impl Block for EmbeddingsBlock {
    fn name(&self) -> &'static str {
        "embeddings"
    }

    fn back(&self, gradient: &Tensor, gathered: Option<&Gathered>) -> candle_core::Result<BlockGradients> {
        let lost = || candle_core::Error::msg("the tables are no longer in f32 on the CPU");
        let (numbers, of_result) = (self.module.numbers().ok_or_else(lost)?, Numbers::of(gradient).ok_or_else(lost)?);
        let (isa, hidden, rows) = (Isa::best(), numbers.hidden(), gradient.dim(0)?);
        let room = |parameter: &&Parameter| {
            let weight = parameter.tensor();
            gathered.map_or_else(|| zeros(weight.elem_count()), |gathered| gathered.room(weight))
        };
        let weights = team::inside(|| {
            let mut sums = packed(of_result.get(), hidden);
            self.kept.iter().for_each(|kept| kept.drop_from(isa, &mut sums));
            let norm = numbers.norm().back(isa, &self.sums, &mut sums);
            let vectors = unpacked(&sums, hidden, rows);
            let tables = self.looked_up.iter().zip(all_parameters(&self.module));
            let tables = tables.map(|(numbers, table)| spread(numbers, &vectors, hidden, room(&table)));
            tables.chain([norm.weight, norm.bias]).collect::<Vec<_>>()
        });
        Ok(BlockGradients { rows: Vec::new(), weights })
    }
}
