//! What compiled is also what was written.

use brt::{Label, Task};

#[test]
fn heads_in_functions_are_their_own() {
    assert_eq!(hygiene::local::two(), ("Local", 2));
    assert_eq!(hygiene::local::three(), ("Local", 3));
}

#[test]
fn every_visibility_is_kept() {
    assert_eq!(hygiene::visibility::names(), ["Above", "Within", "Here", "Derived", "Private"]);
}

#[test]
fn a_sum_from_a_macros_variable_stays_a_sum() {
    assert!(hygiene::local::Made::TEXT.contains("2*(3 + 1)"), "{}", hygiene::local::Made::TEXT);
}

#[test]
fn names_beyond_ascii_are_kept() {
    assert_eq!(hygiene::names::overview(), "Überblick");
}

#[test]
fn labels_are_data_and_never_code() {
    let names = hygiene::labels::HostileLabel::NAMES;
    assert_eq!(names[0], "\"; } } fn main() { panic!() } /*");
    assert_eq!(names[4], "a\nb\r\tc\0");
    assert!(names.iter().all(|name| name.parse::<hygiene::labels::HostileLabel>().is_ok_and(|label| label.to_string() == *name)));
}

#[test]
fn a_file_of_several_heads_gives_the_one_that_is_meant() {
    assert_eq!(hygiene::files::TicketsLabel::NAMES, ["urgent", "legal", "spam"]);
    assert_eq!(hygiene::files::WhereLabel::NAMES, ["O", "B-LOC", "I-LOC"]);
    assert_eq!((hygiene::files::Tickets::NAME, hygiene::files::Where::NAME), ("Tickets", "Where"));
}
