//! Reads JSON into types. A reader of our own, because it comes with the first load: serde_json's has two ways to read
//! each structure, and prints floats into its errors. Both readers take the same texts; the tests compare them.

mod text;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt;
use text::Number;
pub use text::Reader;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(Box<str>);

impl Error {
    fn new(words: &str) -> Self {
        Self(words.into())
    }
}

/// What was there instead is left out: it is long, may be private, and the printing of floats would come with it.
impl de::Error for Error {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(words.to_string().into())
    }

    fn invalid_type(_: Unexpected, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}").into())
    }

    fn invalid_value(_: Unexpected, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}").into())
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}").into())
    }

    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> Self {
        Self(format!("unknown variant {variant}").into())
    }
}

/// Reads a text that is one value.
///
/// # Errors
/// When it is not JSON, not a `T`, or more than one value.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The error of a visitor that was given something else.
fn unlike<'de, V: Visitor<'de>>(visitor: &V) -> Error {
    de::Error::invalid_type(Unexpected::Unit, visitor)
}

/// For each method of the trait one that reads a number.
macro_rules! numbers {
    ($($method:ident)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
                match self.number() {
                    Ok(Number::Natural(value)) => visitor.visit_u64(value),
                    Ok(Number::Negative(value)) => visitor.visit_i64(value),
                    Ok(Number::Float(value)) => visitor.visit_f64(value),
                    Err(_) => Err(unlike(&visitor)),
                }
            }
        )*
    };
}

/// Each kind of value has one way to be read, so that what a type adds to the page is little.
impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'"') => self.deserialize_str(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            Some(b'n') => self.deserialize_unit(visitor),
            _ => self.deserialize_u64(visitor),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.word("true") {
            visitor.visit_bool(true)
        } else if self.word("false") {
            visitor.visit_bool(false)
        } else {
            Err(unlike(&visitor))
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.peek() != Some(b'"') {
            return Err(unlike(&visitor));
        }
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.word("null") {
            visitor.visit_unit()
        } else {
            Err(unlike(&visitor))
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.word("null") {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.opens(b'[')? {
            return Err(unlike(&visitor));
        }
        let value = visitor.visit_seq(Entries::of(self))?;
        self.closes(b']')?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.opens(b'{')? {
            return Err(unlike(&visitor));
        }
        let value = visitor.visit_map(Entries::of(self))?;
        self.closes(b'}')?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.peek() == Some(b'"') {
            return visitor.visit_enum(Variant {
                of: self,
                bare: true,
            });
        }
        if !self.opens(b'{')? {
            return Err(unlike(&visitor));
        }
        let value = visitor.visit_enum(Variant {
            of: &mut *self,
            bare: false,
        })?;
        self.closes(b'}')?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { char bytes byte_buf unit_struct tuple_struct }
}

/// What stands in a list or an object.
struct Entries<'a, 'de> {
    of: &'a mut Reader<'de>,
    first: bool,
}

impl<'a, 'de> Entries<'a, 'de> {
    fn of(of: &'a mut Reader<'de>) -> Self {
        Self { of, first: true }
    }

    fn next(&mut self, close: u8) -> Result<bool, Error> {
        self.of.entry(std::mem::take(&mut self.first), close)
    }
}

impl<'de> SeqAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if self.next(b']')? {
            seed.deserialize(&mut *self.of).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if self.next(b'}')? {
            seed.deserialize(&mut *self.of).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.of.colon()?;
        seed.deserialize(&mut *self.of)
    }
}

/// A variant: its name alone, or an object of it and what belongs to it.
struct Variant<'a, 'de> {
    of: &'a mut Reader<'de>,
    bare: bool,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let variant = seed.deserialize(&mut *self.of)?;
        if !self.bare {
            self.of.colon()?;
        }
        Ok((variant, self))
    }
}

impl Variant<'_, '_> {
    fn with_value(&self) -> Result<(), Error> {
        match self.bare {
            true => Err(Error::new("a variant without its value")),
            false => Ok(()),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.bare || self.of.word("null") {
            Ok(())
        } else {
            Err(Error::new("a variant with a value that it has not"))
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.with_value()?;
        seed.deserialize(self.of)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.with_value()?;
        self.of.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.with_value()?;
        self.of.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests;
