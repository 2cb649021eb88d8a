//! Pictures keep to their geometry, of every head.

use std::collections::BTreeSet;

use bert_dsl::ir::{CheckedHead, Step};
use bert_dsl::layers::Form;
use bert_dsl::{Passes, draw, optimise};

use crate::heads::{self, Found};
use crate::svg::{Group, Svg, read};

/// Every head as it is written, and optimised.
fn pictures(check: impl Fn(&str, &CheckedHead, &Svg)) {
    for Found { file, head } in heads::all() {
        for head in [&head, &optimise(&head, &Passes::default())] {
            check(&format!("{file}, {}", head.name), head, &read(&draw::svg(head)));
        }
    }
}

fn cards(svg: &Svg) -> impl Iterator<Item = &Group> {
    svg.groups.iter().filter(|group| group.class != "frame")
}

fn frames(svg: &Svg) -> impl Iterator<Item = &Group> {
    svg.groups.iter().filter(|group| group.class == "frame")
}

#[test]
fn no_box_lies_on_another() {
    pictures(|name, _, svg| {
        let cards: Vec<&Group> = cards(svg).collect();
        for (index, card) in cards.iter().enumerate() {
            assert!(svg.page.shrunk(8.0).holds(card.rect), "{name}: {card:?} leaves the page");
            let near = cards[..index].iter().find(|other| card.rect.shrunk(-4.0).meets(other.rect));
            assert!(near.is_none(), "{name}: {card:?} lies on {near:?}");
        }
    });
}

#[test]
fn a_frame_holds_a_box_or_another_frame_or_is_away_from_it() {
    pictures(|name, _, svg| {
        for frame in frames(svg) {
            assert!(cards(svg).any(|card| frame.rect.shrunk(6.0).holds(card.rect)), "{name}: {frame:?} is empty");
            for other in svg.groups.iter().filter(|other| !std::ptr::eq(*other, frame)) {
                let nested = frame.rect.shrunk(6.0).holds(other.rect) || other.rect.shrunk(6.0).holds(frame.rect);
                assert!(nested || !frame.rect.meets(other.rect), "{name}: {frame:?} cuts {other:?}");
            }
        }
    });
}

#[test]
fn text_fits_its_box_in_a_wide_font() {
    pictures(|name, _, svg| {
        for group in &svg.groups {
            for (index, (text, room)) in group.texts.iter().enumerate() {
                assert!(group.rect.shrunk(3.0).holds(*room), "{name}: {text:?} leaves {:?}", group.rect);
                let meets = group.texts[..index].iter().find(|(_, other)| room.meets(*other));
                assert!(meets.is_none(), "{name}: {text:?} lies on {meets:?}");
            }
        }
    });
}

#[test]
fn edges_start_and_end_at_borders() {
    pictures(|name, _, svg| {
        for edge in &svg.edges {
            for end in [edge.first().unwrap(), edge.last().unwrap()] {
                assert!(svg.groups.iter().any(|group| group.rect.has_on_side(*end)), "{name}: an edge ends at nothing, {end:?}");
            }
        }
    });
}

#[test]
fn edges_pass_through_no_box_and_no_text() {
    pictures(|name, _, svg| {
        let texts: Vec<_> = frames(svg).flat_map(|frame| &frame.texts).collect();
        for point in svg.edges.iter().flatten() {
            let through = cards(svg).find(|card| card.rect.shrunk(0.5).has(*point));
            assert!(through.is_none(), "{name}: an edge passes through {through:?}");
            let title = texts.iter().find(|(_, room)| room.has(*point));
            assert!(title.is_none(), "{name}: an edge passes through {title:?}");
        }
    });
}

#[test]
fn every_step_is_there_and_reads_what_it_reads() {
    pictures(|name, head, svg| {
        let all: Vec<&Group> = cards(svg).collect();
        for layer in head.layers() {
            let path = layer.path.join(".");
            let found: Vec<&&Group> = all.iter().filter(|card| card.path.as_ref() == Some(&path)).collect();
            let [card] = found.as_slice() else { panic!("{name}: {path} is there {} times", found.len()) };
            let arrows = svg.edges.iter().filter(|edge| card.rect.has_on_side(*edge.last().unwrap())).count();
            let operands = layer.operands.iter().map(|operand| &operand.name).collect::<BTreeSet<_>>().len();
            let least = if layer.layer.form() == Form::Combined { 1 } else { 1 + operands };
            assert!((least..=operands.max(2)).contains(&arrows), "{name}: {path} reads {arrows} values");
            assert!(card.texts.iter().any(|(text, _)| *text == layer.output.to_string()), "{name}: {path} has no axes");
        }
        let titles: BTreeSet<&str> = svg.groups.iter().flat_map(|group| &group.texts).map(|(text, _)| text.as_str()).collect();
        let mut names = names(head);
        names.extend(head.givens.iter().map(|given| given.name.clone()));
        names.extend(head.outputs().map(|output| output.name.clone()));
        names.extend(head.pipelines.iter().map(|pipeline| format!("decode {}", pipeline.decode.page())));
        let missing: Vec<&String> = names.iter().filter(|name| !titles.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "{name}: {missing:?} are not there");
        let losses = head.pipelines.iter().filter(|pipeline| pipeline.loss.is_some()).count();
        assert_eq!(all.iter().filter(|card| card.class == "loss").count(), losses, "{name}");
    });
}

/// The names of all `let`s.
fn names(head: &CheckedHead) -> Vec<String> {
    fn of(steps: &[Step], names: &mut Vec<String>) {
        for step in steps {
            match step {
                Step::Let { name, steps, .. } => {
                    names.push(name.clone());
                    of(steps, names);
                }
                Step::Block { steps, .. } => of(steps, names),
                Step::Layer(_) | Step::Select { .. } => {}
            }
        }
    }
    let mut names = Vec::new();
    head.pipelines.iter().for_each(|pipeline| of(&pipeline.steps, &mut names));
    names
}

#[test]
fn letters_that_xml_escapes_and_long_names_are_drawn() {
    let labels: Vec<String> = (0..40).map(|number| format!("\"<{number} & more>\" ")).collect();
    let named: Vec<String> = labels.iter().enumerate().map(|(number, label)| format!("l{number} = {label}")).collect();
    let name = "n".repeat(90);
    let head = heads::one(&format!(
        "/// A <b> & \"c\".\nhead Odd {{ labels {}; input tokens; {name}: linear -> labels; loss cross_entropy; decode argmax; }}",
        named.join(", ")
    ));
    let svg = read(&draw::svg(&head));
    assert!(svg.groups.iter().flat_map(|group| &group.texts).any(|(text, _)| text.contains("<0 & more>")));
    assert!(svg.groups.iter().all(|group| group.texts.iter().all(|(_, room)| group.rect.holds(*room))));
}
