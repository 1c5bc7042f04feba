//! Queries of the API as text.

use api::routes;
use serde::Serialize;
use serde_json::Value;

/// A flat structure of `api` as a query, `?` included; empty when nothing is asked for. Nulls and empty texts are
/// left out.
pub fn of(query: &impl Serialize) -> String {
    let pairs = match serde_json::to_value(query) {
        Ok(Value::Object(pairs)) => pairs,
        _ => return String::new(),
    };
    let mut out = String::new();
    for (key, value) in &pairs {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => continue,
        };
        if !text.is_empty() {
            push(&mut out, key, &text);
        }
    }
    out
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
        assert_eq!(of(&query), "?page=2&q=a%20b%26%E5%90%8D&sort=name");
    }
}
