//! What a user sees, word for word.

/// `TRYCMD=overwrite` writes the transcripts again, to be read.
#[test]
fn transcripts() {
    trycmd::TestCases::new().env("NO_COLOR", "1").case("tests/cli/transcripts/*.trycmd");
}
