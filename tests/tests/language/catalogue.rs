//! Every head of the catalogue is read, formatted, and checked.

use std::io::Write as _;

use bert_dsl::{Bare, check, format, parse};

use crate::format::keeps;
use crate::support::{shared, sources};

#[test]
fn catalogue() {
    let Some(folder) = shared("catalogue") else { return };
    let all = sources(&folder);
    for source in &all {
        let (_, errors) = parse(source);
        assert!(errors.is_empty(), "{}", errors.render(source));
        assert!(format(source).is_ok());
        keeps(source);
        let analysis = check(source, Bare::Named("Bare"));
        assert!(analysis.diagnostics().is_empty(), "{}", analysis.diagnostics().render(source));
    }
    assert!(!all.is_empty());
    // Written past the test's captured output, so that it is seen of a test that passes too.
    let _ = writeln!(std::io::stderr(), "catalogue {0}/{0}", all.len());
}
