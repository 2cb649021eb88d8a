//! What a layer is called on.

/// How a layer is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// On the current value.
    Unary,
    /// On named values.
    Combined,
    /// On what stands before and after a block.
    Block,
    /// Around a block that it runs several times.
    Sampled,
    /// On the current value, at a position that comes with the example.
    Positioned,
    /// On the current value, for several results.
    Several,
}
