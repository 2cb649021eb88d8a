//! Parquet files.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{ConvertedType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row as Record};
use parquet::schema::types::{SchemaDescriptor, Type};

use crate::data::{DataFile, Faults, Json, Place, Row, Rows};
use crate::error::{Error, ErrorKind, Result};

/// Parquet files, as data sets on the Hugging Face hub have them; with the feature `parquet`.
///
/// A column is a field: texts (of any of Arrow's kinds, plain or by a dictionary), numbers, true and false, lists of them, and objects of named
/// parts. An empty cell is an empty field. Columns that hold something else somewhere, such as bytes, dates and decimals, are left out. The place of a fault is the
/// number of the row, from 1.
///
/// ```no_run
/// use bert_runtime::data::Parquet;
///
/// let rows = Parquet::new().open("train-00000-of-00001.parquet")?;
/// let text = rows[0].read::<String>("sentence")?;
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parquet(());

impl Parquet {
    /// Columns as they are.
    pub fn new() -> Self {
        Self::default()
    }

    /// The rows of a file.
    ///
    /// # Errors
    /// Of kind [`Io`](ErrorKind::Io): a file that cannot be read. Of kind [`Data`](ErrorKind::Data): what is no Parquet file, was cut off or changed,
    /// and one without a column that can be read.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Rows> {
        let (path, bytes) = super::source::bytes_of(path.as_ref())?;
        self.parse(path, bytes)
    }

    /// The rows of bytes that are had already, under a name.
    ///
    /// # Errors
    /// As [`Parquet::open`], of kind [`Data`](ErrorKind::Data).
    pub fn parse(&self, name: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) -> Result<Rows> {
        let (path, bytes): (Arc<Path>, Vec<u8>) = (name.as_ref().into(), bytes.into());
        let file = DataFile::new(path.clone(), &bytes);
        // The reader's own checks do not find every change of a file's bytes.
        let read = catch_unwind(AssertUnwindSafe(|| rows(&path, bytes.into())));
        let rows = read.unwrap_or_else(|_| Err(broken(&path, "its bytes were changed")))?;
        Ok(Rows::from_parts(rows, vec![file]))
    }
}

fn broken(path: &Path, what: impl std::fmt::Display) -> Error {
    let path = path.display();
    Error::new(ErrorKind::Data, format!("{path} is not a whole Parquet file: {what}. Was it fully downloaded or written?"))
}

fn rows(path: &Arc<Path>, bytes: Bytes) -> Result<Vec<Row>> {
    let unreadable = |error: ParquetError| broken(path, error);
    let file = SerializedFileReader::new(bytes).map_err(unreadable)?;
    let columns = readable(path, file.metadata().file_metadata().schema_descr())?;
    let (mut rows, mut faults) = (Vec::new(), Faults::new());
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).map_err(unreadable)?;
        for record in group.get_row_iter(Some(columns.clone())).map_err(unreadable)? {
            let mut row = Row::new(Place::new(path.clone(), rows.len() + 1, None));
            for (name, field) in record.map_err(unreadable)?.get_column_iter() {
                match json(field) {
                    Ok(value) => row.put(name.as_str().into(), value, None, None),
                    Err(what) => faults.push(row.place(), format_args!("`{name}`: {what}")),
                }
            }
            rows.push(row);
        }
    }
    faults.finish().map(|()| rows)
}

/// The columns that can be read.
fn readable(path: &Path, schema: &SchemaDescriptor) -> Result<Type> {
    let fields = schema.root_schema().get_fields();
    let is_of = |column: usize, field: &Type| schema.get_column_root(column).name() == field.name();
    let can_be = |field: &Type| (0..schema.num_columns()).filter(|column| is_of(*column, field)).all(|column| is_readable(schema, column));
    let kept: Vec<_> = fields.iter().filter(|field| can_be(field)).cloned().collect();
    if kept.is_empty() {
        let names = super::row::quoted(fields.iter().map(|field| field.name()));
        let what = format!("{} has no column of texts or numbers; its columns are {names}", path.display());
        return Err(Error::new(ErrorKind::Data, what));
    }
    let root = Type::group_type_builder(schema.root_schema().name()).with_fields(kept).build();
    root.map_err(|error| broken(path, error))
}

/// Whether a column holds texts, numbers, or true and false.
fn is_readable(schema: &SchemaDescriptor, column: usize) -> bool {
    use ConvertedType as As;
    let column = schema.column(column);
    let converted = column.converted_type();
    match column.physical_type() {
        Physical::BOOLEAN | Physical::FLOAT | Physical::DOUBLE => true,
        Physical::INT32 => matches!(converted, As::NONE | As::INT_8 | As::INT_16 | As::INT_32 | As::UINT_8 | As::UINT_16 | As::UINT_32),
        Physical::INT64 => matches!(converted, As::NONE | As::INT_64 | As::UINT_64),
        Physical::BYTE_ARRAY => matches!(converted, As::UTF8 | As::ENUM | As::JSON),
        Physical::INT96 | Physical::FIXED_LEN_BYTE_ARRAY => false,
    }
}

fn json(field: &Field) -> Result<Json, String> {
    Ok(match field {
        Field::Null => Json::Null,
        Field::Bool(value) => (*value).into(),
        Field::Byte(number) => (*number).into(),
        Field::Short(number) => (*number).into(),
        Field::Int(number) => (*number).into(),
        Field::Long(number) => (*number).into(),
        Field::UByte(number) => (*number).into(),
        Field::UShort(number) => (*number).into(),
        Field::UInt(number) => (*number).into(),
        Field::ULong(number) => (*number).into(),
        Field::Float(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Str(text) => text.clone().into(),
        Field::Group(record) => object(record)?,
        Field::ListInternal(list) => list.elements().iter().map(json).collect::<Result<Vec<_>, _>>()?.into(),
        other => return Err(format!("`{other}` is no text and no number")),
    })
}

fn object(record: &Record) -> Result<Json, String> {
    record
        .get_column_iter()
        .map(|(name, field)| Ok((name.clone(), json(field)?)))
        .collect::<Result<serde_json::Map<_, _>, String>>()
        .map(Json::Object)
}
