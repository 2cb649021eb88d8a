//! How much of a text or pair is kept where both are too long together.

use crate::text::{Encoding, Truncation};

impl Encoding {
    /// The same text or pair of `max_length` tokens at most; of a pair the longer text gives way first.
    pub(crate) fn truncated(self, max_length: usize) -> Self {
        let total = self.len();
        if total <= max_length {
            return self;
        }
        let of_text = |text: usize| self.pieces.iter().filter(|piece| piece.sequence == Some(text)).count();
        let lengths = [of_text(0), of_text(1)];
        let (first, second) = longest_first(lengths[0], lengths[1], max_length.saturating_sub(total - lengths[0] - lengths[1]));
        let mut left = [first, second];
        let mut keeps = |text: Option<usize>| match text.and_then(|text| left.get_mut(text)) {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        };
        let kept: Vec<usize> = (0..total).filter(|&token| keeps(self.pieces[token].sequence)).collect();
        Self { truncation: Some(Truncation { kept: kept.len(), total }), ..self.part(&kept) }
    }
}

/// How many tokens of each text are kept in `room`: the longer gives way first.
///
/// The same as `LongestFirst` of the tokenizers library, which the fast tokenizers of transformers use.
pub(super) fn longest_first(first: usize, second: usize, room: usize) -> (usize, usize) {
    if first + second <= room {
        return (first, second);
    }
    let short = first.min(second);
    let (short, long) = if short > room / 2 { (room / 2, room - room / 2) } else { (short, room - short) };
    debug_assert!(short + long == room);
    if first > second { (long, short) } else { (short, long) }
}

#[cfg(test)]
mod tests {
    use tokenizers::utils::truncation::{TruncationDirection, TruncationParams, TruncationStrategy, truncate_encodings};
    use tokenizers::{Encoding, Token};

    use super::longest_first;

    #[test]
    fn the_longer_text_gives_way_as_in_the_library() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let text = |length| Encoding::from_tokens((0..length).map(|id| Token::new(id as u32, String::new(), (0, 0))).collect(), 0);
        for (first, second, room) in (0..12).flat_map(|a| (0..12).flat_map(move |b| (2..26).map(move |room| (a, b, room)))) {
            let params = TruncationParams {
                max_length: room,
                strategy: TruncationStrategy::LongestFirst,
                stride: 0,
                direction: TruncationDirection::Right,
            };
            let (a, b) = truncate_encodings(text(first), Some(text(second)), &params)?;
            assert_eq!(longest_first(first, second, room), (a.len(), b.map_or(0, |b| b.len())), "{first} and {second} in {room}");
        }
        Ok(())
    }
}
