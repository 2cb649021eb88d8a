//! `multi_dropout N, p=P { .. }`.

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::{Dropout, wide};
use crate::module::Module;
use crate::value::Value;

/// A block on several dropout masks of one value, averaged, in training; once without a mask in evaluation (Inoue 2019).
///
/// Dropouts inside the block draw other masks for each sample too.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiDropout {
    dropout: Dropout,
    count: usize,
}

impl MultiDropout {
    /// The block of this path, with so many samples, and the probability that an element is dropped.
    pub fn new(path: &str, count: usize, p: f64) -> Self {
        Self { dropout: Dropout::new(path, p), count }
    }

    /// What the block makes of the value: the mean over samples in training.
    ///
    /// # Errors
    /// Those of the block, and a count of 0.
    pub fn forward(&self, cx: &Context, x: &Value, block: impl Fn(&Context, &Value) -> Result<Value>) -> Result<Value> {
        if !cx.is_training() {
            return block(cx, x);
        }
        if self.count == 0 {
            return Err(Error::new(ErrorKind::Input, "`multi_dropout` averages no sample: give it a count of 1 at least"));
        }
        let sample = |number| {
            let cx = cx.clone().with_sample(self.dropout.path(), number);
            block(&cx, &self.dropout.forward(&cx, x)?)
        };
        let first = sample(0)?;
        let mut sum = wide(first.tensor())?;
        for number in 1..self.count {
            sum = (sum + wide(sample(number)?.tensor())?)?;
        }
        Ok(first.with_tensor((sum / self.count as f64)?.to_dtype(first.tensor().dtype())?))
    }
}

impl Module for MultiDropout {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::MultiDropout {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        Node::Sampled(MultiDropout::new(&maker.path(), self.count, self.p))
    }
}
