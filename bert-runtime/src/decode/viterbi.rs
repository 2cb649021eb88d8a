//! The likeliest path through a chain of labels.

use crate::decode::chain::Chain;
use crate::decode::entities::{Tag, check, tagged};
use crate::decode::probability::largest;
use crate::decode::rows::{Asked, HostRows, by_example, by_token};
use crate::decode::{At, Decoded, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::layers::Crf;
use crate::value::Value;

/// Labels words by the likeliest path through a chain, and merges them into entities as
/// [`decode_entities`](crate::decode::decode_entities) does: a [`Decoded::Entities`] an example or choice.
///
/// The chain runs over the first token of each word. `I-PER`, and the end marks `E-PER` and `L-PER`, only ever follow
/// `B-PER` or `I-PER`, where the set has `B-PER`. A word's scores are the probability of each label over all paths that are
/// allowed so, by the forward-backward algorithm.
///
/// `x` is `[batch, token, labels]`, and `names` are the labels' names; where there are none, the words are all that is given, a
/// [`Decoded::Tokens`].
///
/// # Errors
/// An output without a token axis, one with another number of labels than the chain or not of the texts in `reading`, and
/// what candle says.
pub fn decode_viterbi<S: AsRef<str>>(crf: &Crf, x: &Value, names: &[S], reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    check("viterbi", x, if names.is_empty() { x.width() } else { names.len() })?;
    let tags: Vec<Tag<'_>> = names.iter().map(|name| Tag::parse(name.as_ref(), names)).collect();
    let allowed = |from, to| may_follow(&tags, from, to);
    let (rows, layout) = (HostRows::fetch(x)?, x.layout());
    let words = |sequence| by_token(layout, sequence, reading, Asked::Words, |row| rows.row(row));
    let words: Vec<Vec<At<&[f32]>>> = (0..layout.sequences()).map(words).collect::<Result<_>>()?;
    let kept: Vec<Vec<u32>> = words.iter().map(|words| words.iter().map(|word| word.token as u32).collect()).collect();
    let paths = crf.viterbi_where(x, &kept, allowed)?;
    let chain = Chain::of(crf, allowed)?;
    let mut labelled: Vec<_> = words.into_iter().zip(paths).map(|(words, path)| Some(label(&chain, words, &path))).collect();
    by_example(layout, |sequence| {
        let words = labelled.get_mut(sequence).and_then(Option::take).unwrap_or_else(|| Ok(Vec::new()))?;
        Ok(if names.is_empty() { Decoded::Tokens(words) } else { tagged(words, names, Asked::Words, reading.encoding(sequence)?) })
    })
}

/// The words of a sequence with their labels on the path, and the probability of every label.
fn label(chain: &Chain, words: Vec<At<&[f32]>>, path: &[usize]) -> Result<Vec<At<Decoded>>> {
    let emissions: Vec<&[f32]> = words.iter().map(|word| word.value).collect();
    let labelled = words.into_iter().zip(chain.marginals(&emissions)).enumerate();
    labelled
        .map(|(number, (word, scores))| {
            let best = path.get(number).copied().unwrap_or_else(|| largest(&scores));
            word.try_map(|_| Ok(Decoded::Class { best, scores }))
        })
        .collect()
}

/// Whether a label may come after another, or at the start: one that goes on with an entity needs that entity before it.
fn may_follow(tags: &[Tag<'_>], from: Option<usize>, to: usize) -> bool {
    let Some(tag) = tags.get(to).filter(|tag| tag.kind.is_some() && !tag.begins) else { return true };
    let opens = |other: &&Tag<'_>| other.kind == tag.kind && !other.ends;
    let begun = tags.iter().filter(opens).any(|other| other.begins);
    !begun || from.and_then(|from| tags.get(from)).filter(opens).is_some()
}

fn no_chain() -> Error {
    Error::new(ErrorKind::Input, "`viterbi` reads what the layer `crf` has scored")
}

impl DecodeRoom for bert_dsl::decode::Viterbi {
    fn make(&self, outlet: Outlet) -> Reader {
        Box::new(move |outputs, reading| {
            let chain = outlet.chain.as_ref().ok_or_else(no_chain)?;
            decode_viterbi(chain, &outputs[0], outlet.labels.names(), reading)
        })
    }
}
