//! Where sentences end.

/// Words with a point that ends no sentence, in lower case.
const SHORT: [&str; 32] = [
    "mr", "mrs", "ms", "dr", "prof", "rev", "hon", "st", "sr", "jr", "capt", "col", "gen", "lieut", "lt", "sgt", "gov", "sen", "messrs",
    "mme", "mlle", "vs", "etc", "cf", "viz", "vol", "no", "fig", "ed", "e.g", "i.e", "approx",
];

/// The sentences of a paragraph: they end with a point, a question mark or an exclamation mark, with the quotes and brackets behind it, where
/// a new one begins with a capital letter, a number or a quote. Points behind `Mr`, initials and the like end none.
///
/// ```
/// use bert_runtime::data::sentences;
///
/// let text = "“Is it over?” asked Dr. J. Watson. He left at 5.30 p.m. on foot.";
/// assert_eq!(sentences(text).collect::<Vec<_>>(), ["“Is it over?” asked Dr. J. Watson.", "He left at 5.30 p.m. on foot."]);
/// ```
pub fn sentences(paragraph: &str) -> impl Iterator<Item = &str> {
    let mut rest = paragraph.trim();
    std::iter::from_fn(move || {
        let (sentence, after) = rest.split_at(end(rest));
        rest = after.trim_start();
        Some(sentence.trim()).filter(|sentence| !sentence.is_empty())
    })
}

/// Where the first sentence of a text ends, in bytes.
fn end(text: &str) -> usize {
    let ends = text.match_indices(['.', '?', '!', '…', '。', '？', '！']);
    let found = ends.into_iter().find_map(|(at, sign)| {
        let behind = &text[at + sign.len()..];
        let after = behind.trim_start_matches(|c: char| CLOSING.contains(c) || ".?!…".contains(c));
        let closed = text.len() - after.len();
        let is_wide = matches!(sign, "。" | "？" | "！");
        let is_end =
            is_wide || (after.starts_with(char::is_whitespace) && begins_sentence(after) && !(sign == "." && is_short(&text[..at])));
        is_end.then(|| closed + parted_quote(&text[..closed], after))
    });
    found.unwrap_or(text.len())
}

/// What closes behind the end of a sentence.
const CLOSING: &str = "\"'”’»)]_*";

/// A closing quote that stands by itself, as in tokenized text, still belongs to the sentence: `" Go . " They went .`
fn parted_quote(sentence: &str, after: &str) -> usize {
    let is_open = sentence.matches('"').count() % 2 == 1;
    let behind = after.trim_start();
    let rest = behind.strip_prefix('”').or_else(|| behind.strip_prefix('"').filter(|_| is_open));
    rest.filter(|rest| rest.starts_with(' ') && begins_sentence(rest)).map_or(0, |rest| after.len() - rest.len())
}

fn begins_sentence(after: &str) -> bool {
    let first = after.trim_start().trim_start_matches(|c: char| "\"'“‘«([_*".contains(c)).trim_start().chars().next();
    first.is_some_and(|c| c.is_uppercase() || c.is_numeric() || (c.is_alphabetic() && !c.is_lowercase()))
}

/// Whether the word in front of a point is a title, an initial or the like.
fn is_short(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || "\"'“‘«([_*".contains(c)).next().unwrap_or("");
    let mut letters = word.chars();
    let is_initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none() && word != "I";
    is_initial || SHORT.contains(&word.to_lowercase().as_str())
}
