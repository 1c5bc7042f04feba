//! The query of an address.

use super::decode;

/// The pairs of a query, decoded, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands behind the question mark. What is not encoded as it should be stays as it is: whoever looks
    /// a value up checks it anyway.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('?').unwrap_or(text);
        let word = |word: &str| {
            let word = word.replace('+', " ");
            decode(&word).unwrap_or(word)
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(key, value)| (word(key), word(value)))
                .collect(),
        )
    }

    /// The first value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    /// All pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The pairs whose key is none of `keys`.
    pub fn without(&self, keys: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.pairs().filter(|(key, _)| !keys.contains(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_in_order() {
        let query = Query::parse("?q=a+b%2Bc&page=2&flag&q=%E5%90%8D&&=x");
        let pairs: Vec<_> = query.pairs().collect();
        assert_eq!(
            pairs,
            [
                ("q", "a b+c"),
                ("page", "2"),
                ("flag", ""),
                ("q", "名"),
                ("", "x")
            ]
        );
        assert_eq!((query.get("q"), query.get("none")), (Some("a b+c"), None));
        assert_eq!(query.without(&["q", ""]).count(), 2);
    }

    #[test]
    fn what_is_badly_encoded_stays() {
        assert_eq!(Query::parse("q=100%&x=%FF").get("q"), Some("100%"));
        assert_eq!(Query::parse("").pairs().count(), 0);
    }
}
