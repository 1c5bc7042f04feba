//! Checks of the texts under `locales/`.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn texts(language: &str) -> BTreeMap<String, String> {
    let folder = format!("{}/locales/{language}", env!("CARGO_MANIFEST_DIR"));
    let mut all = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("a folder of texts") {
        let path = file.expect("an entry").path();
        let part = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let before = all.len();
        flatten(&part, &serde_json::from_str(&text).expect("JSON"), &mut all);
        // Of a key that stands twice the parser keeps the last, and whoever changes the first wonders.
        let lines = text.lines().filter(|line| line.contains("\": \"")).count();
        assert_eq!(all.len() - before, lines, "{part} has a key twice");
    }
    all
}

fn flatten(key: &str, value: &Value, all: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                flatten(&format!("{key}.{name}"), value, all);
            }
        }
        Value::String(text) => assert!(
            all.insert(key.to_owned(), text.clone()).is_none(),
            "{key} twice"
        ),
        _ => panic!("{key} is neither a text nor a group of texts"),
    }
}

fn variables(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
        .collect()
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_variables() {
    let (english, chinese) = (texts("en"), texts("zh"));
    let keys = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<BTreeSet<_>>();
    let different: Vec<_> = keys(&english)
        .symmetric_difference(&keys(&chinese))
        .cloned()
        .collect();
    assert!(different.is_empty(), "only in one language: {different:?}");
    for (key, text) in &english {
        assert_eq!(variables(text), variables(&chinese[key]), "{key}");
    }
}

/// Names that are the same in every language.
const NAMES: [&str; 5] = ["CPU", "GPU", "Jupyter", "Serve", "TensorBoard"];

/// What of a text is words: all but its variables.
fn without_variables(text: &str) -> String {
    text.split("{{")
        .enumerate()
        .map(|(at, part)| match part.split_once("}}") {
            Some((_, rest)) if at > 0 => rest,
            _ => part,
        })
        .collect()
}

#[test]
fn every_text_is_in_its_own_language() {
    let han = |text: &str| text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    let chinese = texts("zh");
    for (key, text) in texts("en") {
        assert!(!han(&text), "{key} is Chinese in English");
        let translated = &chinese[&key];
        let words = without_variables(translated);
        let wordless = !words.contains(|c: char| c.is_ascii_alphabetic());
        assert!(
            han(translated) || wordless || NAMES.contains(&translated.as_str()),
            "{key} is not translated: {translated}"
        );
    }
}

#[test]
fn texts_are_calm() {
    for language in ["en", "zh"] {
        for (key, text) in texts(language) {
            assert!(!text.trim().is_empty(), "{language} {key} is empty");
            assert!(!text.contains(['!', '！']), "{language} {key} shouts");
            assert!(
                !text.contains('…') && !text.contains("..."),
                "{language} {key} trails off"
            );
        }
    }
}
