//! What the layers that combine named values share.

use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::ir::Operand;
use crate::layers::At;
use crate::shape::{Axis, Feature, Type};
use crate::source::Spanned;

/// Two named values or more; `exactly` so many, if it says.
pub(super) fn read(arguments: &mut Arguments<'_, '_>, exactly: Option<usize>) -> Option<Vec<Spanned<Operand>>> {
    let operands = arguments.operands();
    match (operands.len(), exactly) {
        (0 | 1, _) => arguments.missing("the names of two values"),
        (found, Some(wanted)) if found > wanted => {
            let (word, span) = (arguments.word().node.clone(), operands[wanted].span);
            arguments.error(Code::BadArgument, span, format!("`{word}` combines {wanted} values, and this is one more"));
        }
        _ => return Some(operands),
    }
    None
}

/// Two named values, then `-> N`. The arrow takes the second name along: `a, b -> N`.
pub(super) fn read_pair(arguments: &mut Arguments<'_, '_>) -> Option<(Vec<Spanned<Operand>>, Spanned<Feature>)> {
    let mut values = arguments.operands();
    let (last, to) = arguments.operand_arrow()?;
    values.extend(last);
    match values.len() {
        2 => Some((values, to)),
        found => {
            let (word, span) = (arguments.word().node.clone(), arguments.word().span);
            arguments.error(Code::BadArgument, span, format!("`{word}` combines two named values, and these are {found}"));
            None
        }
    }
}

/// The axes of the first value, which all must have; the feature sizes too, unless `any_size`.
pub(super) fn axes(at: &mut At<'_, '_>, operands: &[Spanned<Operand>], any_size: bool) -> Type {
    let Some((first, rest)) = operands.split_first() else { return Type::Unknown };
    if operands.iter().any(|operand| operand.ty.is_unknown()) || !are_vectors(at, operands) {
        return Type::Unknown;
    }
    at.cx.follows(&first.name);
    for other in rest {
        let same = first.ty.positions() == other.ty.positions() && first.ty.feature().is_some() == other.ty.feature().is_some();
        if !same {
            differ(at, first, other);
            return Type::Unknown;
        }
        if let (Some(a), Some(b), false) = (first.ty.feature(), other.ty.feature(), any_size)
            && let Err((a, b)) = at.cx.require(&a.size, &b.size, other.span)
        {
            let message = format!("`{}` has {a} features and `{}` has {b}", first.name, other.name);
            at.cx.report(
                Diagnostic::new(Code::SizeMismatch, other.span, message).help("bring them to one size with a `linear` in their `let`"),
            );
        }
    }
    first.ty.clone()
}

/// Refuses a token's position, which is a place and no number to compute with.
fn are_vectors(at: &mut At<'_, '_>, operands: &[Spanned<Operand>]) -> bool {
    let position = operands.iter().find(|operand| operand.given && operand.ty.feature().is_none());
    if let Some(position) = position {
        let message = format!("`{}` is a token's position, and {} wants vectors", position.name, at.written());
        let help = format!("take the token there first: `let NAME = {{ at {}; }}`", position.name);
        at.cx.report(Diagnostic::new(Code::Unsuited, position.span, message).help(help));
    }
    position.is_none()
}

fn differ(at: &mut At<'_, '_>, first: &Spanned<Operand>, other: &Spanned<Operand>) {
    let what = at.written();
    let message = format!("{what} wants equal axes: `{}` is {} and `{}` is {}", first.name, first.ty, other.name, other.ty);
    let tokens = first.ty.has(&Axis::Token) != other.ty.has(&Axis::Token);
    let with = if first.ty.has(&Axis::Token) { first } else { other };
    let help = match tokens {
        true => format!("fold the tokens of `{}` first, with `pool mean;` in its `let`", with.name),
        false => "give both the same axes in their `let`s".to_owned(),
    };
    at.cx.report(Diagnostic::new(Code::AxesDiffer, other.span, message).help(help));
}
