use super::*;
use crate::random::Random;

fn values(text: &str) -> Option<(usize, Vec<(String, f64)>)> {
    let mut found = Found::default();
    let end = read(text.as_bytes(), 0, &mut found)?;
    let values = found
        .values()
        .iter()
        .map(|(name, value)| (found.names.text(*name).to_owned(), *value));
    Some((end, values.collect()))
}

#[test]
fn an_object_ends_where_it_ends() {
    let text =
        "{\"a\": 1, 'b': {\"c\": 2}, \"d\": [{\"e\": \"}\"}, (3)], \"f\": foo(4, ')'), } g=5";
    let found = values(text).unwrap();
    let wanted = [("a", 1.0), ("b.c", 2.0), ("f", 4.0)];
    let wanted = wanted.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(found, (text.find(" g").unwrap(), wanted.to_vec()));
}

#[test]
fn what_is_none_is_none() {
    for text in [
        "{",
        "{\"a",
        "{\"a\"",
        "{\"a\":",
        "{\"a\": 1",
        "{\"a\": 1,",
        "{\"a\" 1}",
        "{a: 1}",
        "{\"a\": 1; \"b\": 2}",
        "{\"a\": [1}",
        "{\"a\": \"\\",
        "{\"a\": 1]}",
        "{\"a\": 0x}1",
        "{\"a\": }",
        "{1: 2}",
        "[1]",
        "",
    ] {
        assert_eq!(values(text), None, "{text}");
    }
}

#[test]
fn a_metric_and_its_value_are_one() {
    let one = |text| values(text).unwrap().1;
    assert_eq!(
        one("{\"value\": 0.5, \"metric\": \"loss\"}"),
        [("loss".to_owned(), 0.5)]
    );
    assert_eq!(
        one("{\"metric\": \"loss\", \"value\": \"nan\"}")[0].0,
        "loss"
    );
    assert_eq!(one("{\"metric\": 3, \"value\": 0.5}").len(), 2);
    assert_eq!(one("{\"metric\": \"loss\"}"), []);
    assert_eq!(one("{\"value\": 2}"), [("value".to_owned(), 2.0)]);
}

#[test]
fn objects_cut_anywhere_or_broken_are_read() {
    let whole = "{\"a\": 1.5, 'b\\'': {'c': nan, \"训\\u8bad\": [1, {\"x\": '2'}]}, \"time\": \"2026-11-23T20:25:57Z\", \"t\": tensor(3., x)}";
    assert!(values(whole).is_some());
    for end in 0..whole.len() {
        let mut found = Found::default();
        assert_eq!(read(&whole.as_bytes()[..end], 0, &mut found), None);
    }
    let mut random = Random::new(41);
    for _ in 0..50_000 {
        let mut bytes = whole.as_bytes().to_vec();
        for _ in 0..1 + random.below(3) {
            let at = random.below(bytes.len());
            bytes[at] = *random.pick(&b"{}[]()\"'\\:,u0a \xff".each_ref());
        }
        let mut found = Found::default();
        if let Some(end) = read(&bytes, 0, &mut found) {
            assert!(end <= bytes.len());
        }
    }
}
