//! Values that JSON has no word for.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
#[cfg(feature = "openapi")]
use utoipa::{PartialSchema, ToSchema};

/// A value that a program printed. What is no number travels as the text `NaN`, `Infinity` or `-Infinity`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure(pub f64);

const SPECIAL: [(&str, f64); 3] = [
    ("NaN", f64::NAN),
    ("Infinity", f64::INFINITY),
    ("-Infinity", f64::NEG_INFINITY),
];

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            return serializer.serialize_f64(self.0);
        }
        let mut special = SPECIAL.iter();
        // Not a number is like none, itself included.
        let (word, _) = special
            .find(|(_, value)| *value == self.0)
            .unwrap_or(&SPECIAL[0]);
        serializer.serialize_str(word)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FigureVisitor)
    }
}

struct FigureVisitor;

impl de::Visitor<'_> for FigureVisitor {
    type Value = Figure;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a number")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Figure, E> {
        Ok(Figure(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Figure, E> {
        Ok(Figure(value as f64))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Figure, E> {
        Ok(Figure(value as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Figure, E> {
        let found = SPECIAL.iter().find(|(word, _)| *word == text);
        let value = found.map(|(_, value)| Figure(*value));
        value.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

#[cfg(feature = "openapi")]
impl PartialSchema for Figure {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
        let words = SPECIAL.map(|(word, _)| word);
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Number))
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(words)),
            )
            .description(Some("A number, or the word for what is none."))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl ToSchema for Figure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_has_a_word() {
        let text = |value| serde_json::to_string(&Figure(value)).unwrap();
        assert_eq!(text(f64::NAN), r#""NaN""#);
        assert_eq!(text(-f64::NAN), r#""NaN""#);
        let read = |text: &str| serde_json::from_str::<Figure>(text).map(|figure| figure.0);
        assert!(read(r#""NaN""#).unwrap().is_nan());
        assert_eq!(read(r#""-Infinity""#).unwrap(), f64::NEG_INFINITY);
        assert_eq!((read("3").unwrap(), read("-3").unwrap()), (3.0, -3.0));
        assert!(read(r#""3""#).is_err() && read("null").is_err());
    }
}
