//! Every head of the catalogue is read, formatted, and checked as far as its layers are built.

use std::io::Write as _;

use bert_dsl::{Bare, Code, check, format, parse};

use crate::format::keeps;
use crate::support::{shared, sources};

#[test]
fn catalogue() {
    let Some(folder) = shared("catalogue") else { return };
    let (mut read, mut whole) = (0, Vec::new());
    let all = sources(&folder);
    for source in &all {
        let (_, errors) = parse(source);
        assert!(errors.is_empty(), "{}", errors.render(source));
        assert!(format(source).is_ok());
        keeps(source);
        let analysis = check(source, Bare::Named("Bare"));
        let others: Vec<String> =
            analysis.diagnostics().iter().filter(|error| error.code != Code::UnbuiltLayer).map(|error| error.render(source)).collect();
        assert!(others.is_empty(), "{}", others.join("\n"));
        read += 1;
        whole.extend(analysis.diagnostics().is_empty().then(|| source.name().trim_end_matches(".head").to_owned()));
    }
    assert!(!all.is_empty());
    // Written past the test's captured output, so that it is seen of a test that passes too.
    let _ = writeln!(std::io::stderr(), "catalogue {read}/{}, {} of them in full: {}", all.len(), whole.len(), whole.join(", "));
}
