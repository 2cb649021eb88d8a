//! Parquet files of another writer, whole and broken.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use bert_runtime::ErrorKind;
use bert_runtime::data::{Json, JsonLines, Parquet, Rows};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/parquet")).join(name)
}

fn fields(rows: &Rows) -> Vec<Vec<(&str, Json)>> {
    rows.iter().map(|row| row.names().map(|name| (name, row.get(name).unwrap().into_owned())).collect()).collect()
}

#[test]
fn columns_are_read_as_json_lines_have_them() {
    for (name, of) in [
        ("texts", "texts"),
        ("texts-none", "texts"),
        ("texts-zstd", "texts"),
        ("texts-gzip", "texts"),
        ("texts-lz4", "texts"),
        ("nested", "nested"),
        ("others", "others"),
    ] {
        let rows = Parquet::new().open(fixture(&format!("{name}.parquet"))).unwrap();
        let expected = Rows::open(fixture(&format!("{of}.jsonl")), &JsonLines::new()).unwrap();
        let [mut found, mut expected] = [fields(&rows), fields(&expected)];
        found.iter_mut().chain(&mut expected).for_each(|row| row.sort_by_key(|(name, _)| *name));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn places_are_the_numbers_of_rows() {
    let rows = Parquet::new().open(fixture("texts.parquet")).unwrap();
    let said = rows[4].read::<String>("utf8").unwrap_err().to_string();
    assert!(said.contains("texts.parquet:5: `utf8`: a text is expected, and this is empty"), "{said}");
    let said = rows[1].read::<f32>("large").unwrap_err().to_string();
    assert!(said.contains("texts.parquet:2: `large`: a number is expected"), "{said}");
    assert_eq!(rows[4].read::<Option<String>>("utf8").unwrap(), None);
    assert_eq!(rows.files()[0].bytes as u64, fixture("texts.parquet").metadata().unwrap().len());
}

#[test]
fn a_file_without_a_column_that_is_read_names_its_columns() {
    let said = Parquet::new().open(fixture("none.parquet")).unwrap_err().to_string();
    assert!(said.contains("no column of texts or numbers; its columns are `day`, `bytes`"), "{said}");
}

#[test]
fn a_file_that_was_cut_off_is_an_error() {
    let whole = std::fs::read(fixture("nested.parquet")).unwrap();
    for length in 0..whole.len() {
        let error = Parquet::new().parse("a.parquet", &whole[..length]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.to_string().starts_with("a.parquet is not a whole Parquet file"), "{error}");
    }
    assert!(Parquet::new().parse("a.parquet", b"{\"text\": \"a\"}\n".to_vec()).is_err());
}

#[test]
fn bytes_that_were_changed_are_rows_or_an_error() {
    for name in ["texts-none.parquet", "nested.parquet"] {
        let whole = std::fs::read(fixture(name)).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            if let Err(error) = Parquet::new().parse("a.parquet", changed) {
                assert_eq!(error.kind(), ErrorKind::Data, "{error}");
            }
        }
    }
}
