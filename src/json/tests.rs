//! What serde_json takes, this reader takes, and as the same; what it does not, this one does not.

use super::*;
use api::account::User;
use api::event::StreamEvent;
use api::file::Root;
use api::notification::Notice;
use api::task::TaskState;
use api::{Code, Problem, Time};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Debug;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Variants {
    Bare,
    One(u8),
    Two(i64, String),
    Fields {
        #[serde(default)]
        name: Option<Option<bool>>,
        list: Vec<(f32, char)>,
    },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    of: Variants,
    unit: (),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    id: u16,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Any {
    Number(i32),
    Text(String),
    List(Vec<Any>),
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "null",
    "nul",
    "nulll",
    " true\n",
    "false",
    "\"\"",
    "\"a\"b",
    "{}",
    "[]",
    " { } ",
    "[ ]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{\"a\"}",
    "{1:2}",
    "{a:1}",
    "[1}",
    "{\"a\":1]",
    "[",
    "{",
    "[[]",
    "0",
    "-0",
    "00",
    "01",
    "-",
    "--1",
    "- 1",
    "+1",
    "1.",
    ".1",
    "1.5",
    "-1.5e3",
    "1e400",
    "-1e400",
    "1e-400",
    "1e",
    "1e+",
    "1E+2",
    "1.0",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "9007199254740993",
    "3.141592653589793",
    "\"\\n\\t\\r\\b\\f\\/\\\\\\\"\"",
    "\"\\u00e9\\u540d\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83d\\u0041\"",
    "\"\\ud83d \\ude00\"",
    "\"\\u12\"",
    "\"\\u+123\"",
    "\"\\x\"",
    "\"\\",
    "\"é名😀\"",
    "\"\n\"",
    "\"\u{0}\"",
    "\"\\u0000\"",
    "\u{feff}1",
    "é",
    "[\"é\",{\"名\":null}]",
    "{\"a\":1,\"a\":2}",
    "1 1",
    "[1]x",
    r#""bare""#,
    r#"{"bare":null}"#,
    r#"{"bare":1}"#,
    r#"{"one":3}"#,
    r#""one""#,
    r#"{"one":300}"#,
    r#"{"one":3,"x":1}"#,
    r#"{"two":[1,"x"]}"#,
    r#"{"two":[1]}"#,
    r#"{"two":[1,"x",2]}"#,
    r#"{"fields":{"list":[[1.5,"x"],[2,"名"]]}}"#,
    r#"{"fields":{"name":null,"list":[]}}"#,
    r#"{"fields":{"list":[[1,"xy"]]}}"#,
    r#"{"other":1}"#,
    r#"{}"#,
    r#"{"of":"bare","unit":null}"#,
    r#"{"of":"bare","unit":null,"more":1}"#,
    r#"{"unit":null}"#,
    r#"{"unit":null,"unit":null}"#,
    r#"{"id":1,"a":[1,{"b":null}],"c":"d"}"#,
    r#"{"id":65536}"#,
    r#"{"id":-1}"#,
    r#"{"id":1.0}"#,
    r#"{"id":"1"}"#,
    r#"["a",[1,[]]]"#,
    r#"[true]"#,
    r#"{"uid":"1f","username":"alice","email":null,"is_vip":false,"more":{"x":[1,2]}}"#,
    r#"{"event":"start","epoch":"e","seq":7,"whole":true}"#,
    r#"{"seq":7,"event":"alive"}"#,
    r#"{"event":"moon"}"#,
    r#"{"event":"changes","seq":9,"list":[]}"#,
    r#"{"kind":"moon","x":[{"y":1}]}"#,
    r#"{"kind":3}"#,
    r#"{"reason":"not_found","message":"no \"such\" project","field":"name","limit":5}"#,
    r#"{"reason":"newer","message":""}"#,
    r#"{"reason":"not_found"}"#,
    "517",
    "599",
    "70000",
    "\"running\"",
    "\"2026-11-26T10:00:00.123456Z\"",
];

/// Reads a text both ways.
fn compare<T: DeserializeOwned + PartialEq + Debug>(text: &str) {
    let ours = read::<T>(text).ok();
    assert_eq!(ours, serde_json::from_str(text).ok(), "{text}");
}

fn compare_all(text: &str) {
    compare::<Value>(text);
    compare::<Variants>(text);
    compare::<Strict>(text);
    compare::<Flat>(text);
    compare::<Any>(text);
    compare::<Option<Vec<u64>>>(text);
    compare::<f64>(text);
    compare::<User>(text);
    compare::<StreamEvent>(text);
    compare::<Root>(text);
    compare::<Notice>(text);
    compare::<Problem>(text);
    compare::<Code>(text);
    compare::<TaskState>(text);
    compare::<Time>(text);
    // What is passed over serde_json reads less strictly: halves of pairs, numbers that no float can hold.
    if read::<IgnoredAny>(text).is_ok() {
        assert!(serde_json::from_str::<IgnoredAny>(text).is_ok(), "{text}");
    }
}

/// Floats with the digits that serde_json reads exactly.
fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map(|float| float as f32).into()
        }
        Value::Array(list) => list.into_iter().map(rounded).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, rounded(value)))
            .collect(),
        value => value,
    }
}

#[test]
fn both_readers_take_the_same() {
    TEXTS.iter().for_each(|text| compare_all(text));
}

#[test]
fn both_readers_take_the_same_of_damaged_texts() {
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    let pieces = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "1", "-", ".", "e", " ", "null", "\\u",
        "d83d", "名",
    ];
    for _ in 0..20_000 {
        let mut text: Vec<char> = TEXTS[random(TEXTS.len())].chars().collect();
        for _ in 0..=random(3) {
            let at = random(text.len() + 1);
            if random(2) == 0 && at < text.len() {
                text.remove(at);
            } else {
                let piece = pieces[random(pieces.len())];
                text.splice(at..at, piece.chars());
            }
        }
        let text: String = text.into_iter().collect();
        let ours = read(&text).ok().map(rounded);
        let theirs = serde_json::from_str(&text).ok().map(rounded);
        assert_eq!(ours, theirs, "{text}");
        compare::<Variants>(&text);
        compare::<StreamEvent>(&text);
        compare::<Problem>(&text);
    }
}

#[test]
fn what_is_deep_is_refused_and_not_run_out_of_stack_with() {
    for depth in [126, 127, 128, 129, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = open.repeat(depth) + "1" + &close.repeat(depth);
            compare::<Value>(&text);
            assert_eq!(read::<IgnoredAny>(&text).is_ok(), depth <= 127, "{depth}");
        }
    }
}

#[test]
fn errors_say_what_was_expected_and_not_what_was_there() {
    let words = |error: Error| error.to_string();
    assert_eq!(words(read::<u8>("\"secret\"").unwrap_err()), "expected u8");
    assert_eq!(words(read::<u8>("300").unwrap_err()), "expected u8");
    let missing = words(read::<Strict>(r#"{"of":"bare"}"#).unwrap_err());
    assert_eq!(missing, "missing field `unit`");
    let unknown = words(read::<Variants>("\"moon\"").unwrap_err());
    assert_eq!(unknown, "unknown variant moon");
    assert_eq!(
        words(read::<Value>("[1 2]").unwrap_err()),
        "not JSON at byte 3"
    );
}

#[test]
fn what_is_passed_over_is_answered_as_it_stands() {
    let mut reader = Reader::new(r#" { "a" : [ 1, "]" ] , "b":"x\"" } "#);
    let mut seen = Vec::new();
    reader
        .object(&mut |key, reader| {
            seen.push((key.to_owned(), reader.skip()?.to_owned()));
            Ok(())
        })
        .unwrap();
    reader.end().unwrap();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(seen, [pair("a", r#"[ 1, "]" ]"#), pair("b", r#""x\"""#)]);
}
