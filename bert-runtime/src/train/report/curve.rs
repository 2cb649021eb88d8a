//! The loss and what was measured over the steps, as a picture.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::log::Record;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const MARGIN: f64 = 48.0;
const COLOURS: [&str; 6] = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf"];

/// A line of a panel: its name and its points, each a step and a value.
type Line = (String, Vec<(f64, f64)>);

/// An SVG of two panels: the losses of steps and of evaluations, and what else evaluations measured.
pub(in crate::train) fn draw(records: &[Record]) -> String {
    let is_loss = |name: &str| name == "loss" || name.ends_with(".loss") || name == "perplexity";
    let names: BTreeSet<&String> = records.iter().flat_map(|record| record.dev.keys()).collect();
    let of = |name: &String| (format!("dev {name}"), points(records, |record| record.dev.get(name).copied()));
    let mut losses = vec![("loss".to_owned(), points(records, |record| record.loss))];
    losses.extend(names.iter().filter(|name| name.as_str() == "loss").map(|name| of(name)));
    let others: Vec<Line> = names.iter().filter(|name| !is_loss(name)).map(|name| of(name)).collect();
    let panels: Vec<String> =
        [losses, others].iter().filter(|lines| !lines.is_empty()).enumerate().map(|(row, lines)| panel(lines, row)).collect();
    let height = HEIGHT * panels.len() as f64;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{}</svg>\n",
        panels.concat()
    )
}

fn points(records: &[Record], value: impl Fn(&Record) -> Option<f64>) -> Vec<(f64, f64)> {
    records.iter().filter_map(|record| Some((record.step as f64, value(record).filter(|value| value.is_finite())?))).collect()
}

fn panel(lines: &[Line], row: usize) -> String {
    let all = || lines.iter().flat_map(|(_, points)| points);
    let last = all().map(|point| point.0).fold(1.0, f64::max);
    let (low, high) = all().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| (low.min(point.1), high.max(point.1)));
    let span = if high > low { high - low } else { 1.0 };
    let top = HEIGHT * row as f64;
    let x = |step: f64| MARGIN + step / last * (WIDTH - 2.0 * MARGIN);
    let y = |value: f64| top + HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2.0 * MARGIN);
    let mut svg = String::new();
    for share in [0.0, 0.5, 1.0] {
        let value = low + share * span;
        let _ = writeln!(
            svg,
            "<path d=\"M{MARGIN} {0:.1}H{1}\" stroke=\"#ddd\"/><text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{value:.3}</text>",
            y(value),
            WIDTH - MARGIN,
            MARGIN - 6.0,
            y(value) + 4.0
        );
    }
    let _ =
        writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">step {last:.0}</text>", WIDTH - MARGIN, top + HEIGHT - MARGIN / 2.0);
    for ((name, points), (number, colour)) in lines.iter().zip(COLOURS.iter().cycle().enumerate()) {
        let path: Vec<String> = points.iter().map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1))).collect();
        let _ = writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>", path.join(" "));
        let at = MARGIN + 130.0 * number as f64;
        let _ = writeln!(svg, "<text x=\"{at}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>", top + MARGIN / 2.0, escaped(name));
    }
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
