//! Turns the texts under `locales/` into the typed keys of `crate::i18n`.
//!
//! The two crates are what `leptos_i18n`'s own macros are made of, so they are compiled anyway; its build crate would
//! bring a generator of locale data (over a hundred crates) that the app does not use.

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;
use std::path::PathBuf;

/// Every file of a language: one for each part of the app, so that a page's texts travel with its chunk.
const NAMESPACES: &[&str] = &[
    "common", "ui", "errors", "shell", "account", "billing", "lists", "new", "entity", "upload",
    "task", "run", "tasks", "files", "log", "metrics", "markdown", "pieces", "settings", "search",
    "live", "notices", "social", "manage", "notebook", "trash", "preview",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("en")?
        .add_locale("zh")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::default().interpolate_display(true));
    let texts = parse_locales(None, config)?;
    for error in texts.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    for warning in texts.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    let attributes = "#![allow(missing_docs, clippy::new_ret_no_self)]".parse()?;
    let code = leptos_i18n_codegen::gen_code(&texts, None, false, Some(&attributes), false)?;
    let code = with_language_for(&code.to_string())?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n.rs");
    std::fs::write(out, code)?;
    Ok(())
}

/// Which language somebody gets, `crate::prefs` says. The library's own way parses the tags of all languages there are:
/// code that the first load would bring without ever asking it.
fn with_language_for(code: &str) -> Result<String, String> {
    const BEFORE: &str = "fn to_base_locale (self)";
    const METHOD: &str = "fn find_locale < T : AsRef < [u8] >> (tags : & [T]) -> Self {
        crate :: prefs :: language_for (tags . iter () . filter_map (| tag | core :: str :: from_utf8 (tag . as_ref ()) . ok ()))
    } ";
    match code.matches(BEFORE).count() {
        1 => Ok(code.replace(BEFORE, &format!("{METHOD}{BEFORE}"))),
        count => Err(format!(
            "leptos_i18n: {count} times {BEFORE}; has its generator changed?"
        )),
    }
}
