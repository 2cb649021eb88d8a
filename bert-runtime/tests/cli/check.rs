//! `bert check`

use std::time::Instant;

use serde_json::Value;

use crate::support::{RIGHT, WRONG, bert, bert_reading, command, folder, write};

#[test]
fn errors_as_json_have_their_places_in_characters() {
    let folder = folder();
    write(folder.path(), "a.head", "labels \"größe\", \"naïve\"; input poled;\nlinear hidden\n -> labels, bais=false;\n");
    let run = bert(folder.path(), &["check", "--format", "json", "a.head"]);
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let place = |line: &Value| ["line", "column", "end_line", "end_column"].map(|key| line[key].as_u64().unwrap());
    assert_eq!((run.code, run.err.as_str(), lines.len()), (Some(1), "", 2));
    // Counted by hand, in characters: `labels "größe", "naïve"; input ` has 31, and 34 bytes.
    assert_eq!(place(&lines[0]), [1, 32, 1, 37]);
    assert_eq!(place(&lines[1]), [3, 13, 3, 17]);
    assert_eq!((lines[0]["file"].as_str(), lines[0]["severity"].as_str()), (Some("a.head"), Some("error")));
    assert_eq!((lines[0]["code"].as_str(), lines[0]["help"].as_str()), (Some("H066"), Some("did you mean `pooled`?")));
    assert!(lines[0]["message"].as_str().unwrap().contains("`poled`"));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_among_the_others() {
    let folder = folder();
    write(folder.path(), "wrong.head", WRONG);
    let run = bert(folder.path(), &["check", "--format", "json", "none.head", "wrong.head"]);
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["file"].as_str().unwrap()).collect::<Vec<_>>(), ["none.head", "wrong.head"]);
    assert_eq!((lines[0]["code"].clone(), lines[1]["code"].as_str(), run.code), (Value::Null, Some("H070"), Some(1)));
}

#[test]
fn right_heads_say_nothing_as_json() {
    let folder = folder();
    write(folder.path(), "right.head", RIGHT);
    let run = bert(folder.path(), &["check", "--format", "json", "right.head"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (Some(0), "", ""));
}

#[test]
fn standard_input_is_a_source() {
    let folder = folder();
    assert_eq!(bert_reading(folder.path(), &["check", "-"], RIGHT).code, Some(0));
    let run = bert_reading(folder.path(), &["check", "-"], WRONG);
    assert!(run.code == Some(1) && run.out.contains("--> <stdin>:4:6"), "{}", run.out);
}

#[test]
fn a_source_of_any_bytes_is_an_error_and_no_panic() {
    let folder = folder();
    for (name, bytes) in
        [("utf16", &b"\xff\xfei\0n\0"[..]), ("latin1", b"labels gr\xfc\xdfe;"), ("nul", b"input\0pooled;"), ("cr", b"a\rb\r\n;")]
    {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let run = bert(folder.path(), &["check", name]);
        assert!(run.code == Some(1) && run.out.starts_with("error") && !run.err.contains("panicked"), "{name}: {}{}", run.out, run.err);
    }
}

#[test]
fn a_bare_head_whose_file_has_no_name_for_it_says_so() {
    let folder = folder();
    write(folder.path(), "1.head", "input pooled; linear 768 -> 2;");
    let run = bert(folder.path(), &["check", "1.head"]);
    assert!(run.code == Some(1) && run.out.contains("`1` cannot be that of a Rust type"), "{}", run.out);
    assert!(run.out.contains("write `head NAME { .. }` around it") && !run.out.contains("word of Rust"), "{}", run.out);
}

#[test]
fn every_wrong_head_of_the_project_is_drawn_with_its_place() {
    let heads = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/heads/bad");
    let folder = std::path::Path::new(heads);
    let run = bert(folder, &["check", "."]);
    let files = std::fs::read_dir(folder).unwrap().count();
    let drawn = run.out.lines().filter(|line| line.trim_start().starts_with("--> ")).count();
    let titles = run.out.lines().filter(|line| line.starts_with("error[H")).count();
    assert!(run.code == Some(1) && drawn == titles && titles >= files, "{titles} errors, {drawn} places, {files} files");
}

#[test]
fn colours_are_drawn_where_they_are_asked_for_alone() {
    let folder = folder();
    write(folder.path(), "wrong.head", WRONG);
    let run = |forced: bool| {
        let mut command = command(folder.path());
        command.args(["check", "wrong.head"]);
        if forced {
            command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
        }
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(run(true).contains("\x1b[") && !run(false).contains('\x1b'));
}

/// The limit is that of a slow machine; the README has the figure.
#[test]
fn thousands_of_files_are_checked_in_seconds_and_in_order() {
    let folder = folder();
    for number in 0..4_000 {
        write(folder.path(), &format!("heads/head_{number:04}.head"), if number % 1_000 == 7 { WRONG } else { RIGHT });
    }
    let start = Instant::now();
    let run = bert(folder.path(), &["check", "--format", "json", "heads"]);
    let seconds = start.elapsed().as_secs_f64();
    let files: Vec<String> = run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["file"].to_string()).collect();
    let wanted = [7, 1_007, 2_007, 3_007].map(|number| format!("\"heads/head_{number:04}.head\""));
    assert_eq!(files, wanted);
    assert!(seconds < 10.0, "{seconds:.1} s");
    eprintln!("checked 4000 files in {seconds:.2} s");
}
