//! Queries of the API as text.

use crate::json;
use api::routes;
use serde::{Deserialize, Serialize};

/// A flat structure of `api` as a query, `?` included; empty when nothing is asked for. Nulls and empty texts are
/// left out.
pub fn of(query: &impl Serialize) -> String {
    // Structures of `api` are always text.
    let text = serde_json::to_string(query).unwrap_or_default();
    of_object(&text).unwrap_or_default()
}

fn of_object(text: &str) -> Result<String, json::Error> {
    let mut out = String::new();
    json::Reader::new(text).object(&mut |key, reader| {
        match reader.peek() {
            Some(b'"') => match String::deserialize(reader)? {
                value if value.is_empty() => {}
                value => push(&mut out, key, &value),
            },
            Some(b'n' | b'[' | b'{') => drop(reader.skip()?),
            _ => push(&mut out, key, reader.skip()?),
        }
        Ok(())
    })?;
    Ok(out)
}

/// Appends a pair to a query.
pub fn push(query: &mut String, key: &str, value: &str) {
    query.push(if query.is_empty() { '?' } else { '&' });
    query.push_str(key);
    query.push('=');
    routes::encode(value, query);
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::project::{EntityQuery, EntitySort};

    #[test]
    fn what_is_not_asked_for_is_left_out() {
        assert_eq!(of(&EntityQuery::default()), "");
        let query = EntityQuery {
            q: Some("a b&名".into()),
            user: Some(String::new()),
            sort: Some(EntitySort::Name),
            page: Some(2),
            ..EntityQuery::default()
        };
        assert_eq!(of(&query), "?q=a%20b%26%E5%90%8D&sort=name&page=2");
    }
}
