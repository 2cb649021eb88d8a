//! Errors as JSON, one object a line.

use bert_dsl::{Diagnostic, Source};
use serde::Serialize;

/// An error as editors read it. Lines and columns count from 1, columns in characters; the end is behind the last character.
#[derive(Serialize)]
struct Line<'e> {
    file: &'e str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    severity: &'static str,
    code: Option<String>,
    message: &'e str,
    reason: Option<&'e str>,
    help: Option<&'e str>,
}

/// An error of a source.
pub fn line(error: &Diagnostic, source: &Source) -> String {
    let (start, end) = (source.position(error.span.start), source.position(error.span.end));
    written(&Line {
        file: source.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        severity: "error",
        code: Some(error.code.to_string()),
        message: &error.message,
        reason: error.reason.as_deref(),
        help: error.help.as_deref(),
    })
}

/// That a source cannot be read.
pub fn fault(file: &str, what: &str) -> String {
    let (severity, code, reason, help) = ("error", None, None, None);
    written(&Line { file, line: 1, column: 1, end_line: 1, end_column: 1, severity, code, message: what, reason, help })
}

fn written(line: &Line<'_>) -> String {
    serde_json::to_string(line).unwrap_or_default() + "\n"
}
