//! Heads that use the layers of another one.

use crate::head;
use crate::names::Names;
use crate::page::Page;
use crate::random::Random;

/// Layers that keep the width of what they read.
const LAYERS: &[&str] = &[
    "tanh ;",
    "dropout 0.25 ;",
    "layer_norm ;",
    "scale learned ;",
    "normalize ;",
    "linear hidden -> hidden ;",
    "residual { linear -> 4 ; relu ; linear 4 -> hidden ; }",
];

/// A head of layers, and one that uses them: at its end, or in a block.
pub(crate) fn pair(names: &mut Names, random: &mut Random) -> Page {
    let (used, user) = (names.head(random), names.head(random));
    let mut layers = Page::default();
    layers.words("input cls ;");
    (0..1 + random.below(3)).for_each(|_| layers.words(random.one::<&str>(LAYERS)));
    let mut body = Page::default();
    body.words("input pooled ;");
    body.words(
        &random
            .one(&["use NAME ;", "inner { use NAME ; }", "residual { use NAME ; }", "let x = { use NAME ; } add x , x ;"])
            .replace("NAME", &used),
    );
    body.words("linear -> 2 ; loss mse ;");
    let mut page = head::named(&used, layers);
    page.append(head::named(&user, body));
    page
}
