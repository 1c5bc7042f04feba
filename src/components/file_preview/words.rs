//! What formats, facts and faults are called.

use crate::format;
use crate::i18n::*;
use engine::preview::{Fault, Format, Guess, Head, Label, Value, Why};
use leptos_i18n::I18nContext;

type Words = I18nContext<Locale, I18nKeys>;

/// The name of a format.
pub fn format_name(i18n: Words, format: Format) -> String {
    match format {
        Format::Bytes => return t_string!(i18n, preview.bytes).to_owned(),
        Format::Zip => return t_string!(i18n, preview.zip).to_owned(),
        Format::Tar => return t_string!(i18n, preview.tar).to_owned(),
        Format::TarGz => return t_string!(i18n, preview.tar_gz).to_owned(),
        Format::Csv => "CSV",
        Format::JsonLines => "JSON Lines",
        Format::Json => "JSON",
        Format::Npy => "NumPy (npy)",
        Format::Npz => "NumPy (npz)",
        Format::Safetensors => "safetensors",
        Format::Torch => "PyTorch",
        Format::TfRecord => "TFRecord",
        Format::Hdf5 => "HDF5",
        Format::Parquet => "Parquet",
    }
    .to_owned()
}

/// What a fact or column is called.
pub fn head(i18n: Words, head: &Head) -> String {
    match head {
        Head::Named(name) => format::visible(name),
        Head::Known(label) => known(i18n, *label).to_owned(),
    }
}

fn known(i18n: Words, label: Label) -> &'static str {
    match label {
        Label::Offset => t_string!(i18n, preview.offset),
        Label::Bytes => t_string!(i18n, preview.bytes),
        Label::Characters => t_string!(i18n, preview.characters),
        Label::Name => t_string!(i18n, preview.name),
        Label::Type => t_string!(i18n, preview.kind),
        Label::Shape => t_string!(i18n, preview.shape),
        Label::Size => t_string!(i18n, preview.size),
        Label::Packed => t_string!(i18n, preview.packed),
        Label::Method => t_string!(i18n, preview.method),
        Label::Modified => t_string!(i18n, preview.modified),
        Label::Value => t_string!(i18n, preview.value),
        Label::Index => t_string!(i18n, preview.index),
        Label::Separator => t_string!(i18n, preview.separator),
        Label::Order => t_string!(i18n, preview.order),
        Label::Rows => t_string!(i18n, preview.rows),
        Label::Members => t_string!(i18n, preview.members),
        Label::Tensors => t_string!(i18n, preview.tensors),
        Label::Values => t_string!(i18n, preview.values),
        Label::Looked => t_string!(i18n, preview.looked),
        Label::Smallest => t_string!(i18n, preview.smallest),
        Label::Largest => t_string!(i18n, preview.largest),
        Label::Mean => t_string!(i18n, preview.mean),
        Label::NotANumber => t_string!(i18n, preview.not_a_number),
        Label::Columns => t_string!(i18n, preview.columns),
        Label::Version => t_string!(i18n, preview.version),
        Label::Writer => t_string!(i18n, preview.writer),
        Label::RowGroups => t_string!(i18n, preview.row_groups),
        Label::Target => t_string!(i18n, preview.target),
    }
}

/// A fact's value.
pub fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => format::visible(text),
        Value::Number(number) => format::number(*number),
        Value::Bytes(bytes) => format::bytes(*bytes),
    }
}

/// What the values of a column seem to be.
pub fn guess(i18n: Words, guess: Guess) -> &'static str {
    match guess {
        Guess::Empty => t_string!(i18n, preview.guess_empty),
        Guess::Integer => t_string!(i18n, preview.guess_integer),
        Guess::Real => t_string!(i18n, preview.guess_real),
        Guess::Boolean => t_string!(i18n, preview.guess_boolean),
        Guess::Time => t_string!(i18n, preview.guess_time),
        Guess::Text => t_string!(i18n, preview.guess_text),
    }
}

/// Why a file is not what it seemed, and where.
pub fn fault(i18n: Words, fault: Fault) -> String {
    let why = match fault.why {
        Why::Magic => t_string!(i18n, preview.why_magic),
        Why::Cut => t_string!(i18n, preview.why_cut),
        Why::Range => t_string!(i18n, preview.why_range),
        Why::Syntax => t_string!(i18n, preview.why_syntax),
        Why::Bound => t_string!(i18n, preview.why_bound),
        Why::Compressed => t_string!(i18n, preview.why_compressed),
        Why::Checksum => t_string!(i18n, preview.why_checksum),
        Why::Version => t_string!(i18n, preview.why_version),
    };
    t_string!(
        i18n,
        preview.fault,
        why = why,
        at = format::number(fault.at)
    )
}
