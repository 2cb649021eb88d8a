//! The pages' examples.

use bert_dsl::pages::{Page, Subject, pages};
use bert_dsl::{Bare, Source, check, format};

#[test]
fn every_example_is_right_and_in_its_canonical_form() {
    for page in pages() {
        let source = Source::new(page.path(), page.example);
        let analysis = check(&source, Bare::Named("Example"));
        assert!(analysis.diagnostics().is_empty(), "{}", analysis.diagnostics().render(&source));
        assert_eq!(format(&source).unwrap(), page.example, "{}", page.path());
        let head = &analysis.heads().unwrap()[0];
        let of_subject = match page.subject {
            Subject::Layer => head.layers().iter().any(|used| used.layer.page() == page.name),
            Subject::Loss => head.pipelines[0].loss.as_ref().is_some_and(|used| used.loss.page() == page.name),
            Subject::Decode => head.pipelines[0].decode.page() == page.name,
        };
        assert!(of_subject, "the example of {} does not use it", page.path());
    }
}

#[test]
fn every_page_says_all_that_it_should() {
    for page in pages() {
        let Page { facts, .. } = &page;
        assert!(!facts.sentence.is_empty() && facts.axes.is_some(), "{}", page.path());
        assert_eq!(facts.target.is_some() && facts.implied.is_some(), page.subject == Subject::Loss, "{}", page.path());
        let has_words = page.words.len() > 1;
        assert_eq!(facts.words.len(), if has_words { page.words.len() } else { 0 }, "{}", page.path());
    }
}
