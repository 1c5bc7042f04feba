//! What a visitor has chosen for this browser: theme and language. Kept in localStorage; `public/boot.js` reads
//! the theme there before the first paint, under the same key, [`key`].

use crate::i18n::Locale;
use crate::paths;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, closure::Closure};

const THEME: &str = "theme";
const LANGUAGE: &str = "language";

/// Light, dark, or what the system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    fn key(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn of(key: Option<&str>) -> Self {
        match key {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The choices, each a signal that is kept when it is set.
#[derive(Clone, Copy)]
pub struct Prefs {
    /// The theme.
    pub theme: RwSignal<Theme>,
    /// The language.
    pub language: RwSignal<Locale>,
    /// Whether what is shown is dark.
    pub dark: Memo<bool>,
}

/// The language for a list of languages that somebody reads, best first: the first that we have, else English.
pub fn language_for<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Locale {
    let have = |tag: &str| match tag.split('-').next()? {
        "zh" => Some(Locale::zh),
        "en" => Some(Locale::en),
        _ => None,
    };
    wanted.into_iter().find_map(have).unwrap_or(Locale::en)
}

/// The tag of a language for `lang` and `Intl`.
pub fn tag(language: Locale) -> &'static str {
    match language {
        Locale::zh => "zh-CN",
        Locale::en => "en",
    }
}

/// The name of a choice in the storage, which other apps below the same origin use too.
fn key(choice: &str) -> String {
    format!("russell.{choice}{}", paths::base())
}

/// Storage of this origin; none when the visitor has switched it off.
fn storage() -> Option<leptos::web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// A text that lives as long as the tab, for forms that survive a reload.
pub fn drafted(name: &str) -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    storage.get_item(&key(name)).ok().flatten()
}

/// Keeps such a text, or forgets it.
pub fn draft(name: &str, text: Option<&str>) {
    let Ok(Some(storage)) = window().session_storage() else {
        return;
    };
    // A full or forbidden storage costs a reload's memory, nothing else.
    let _ = match text {
        Some(text) => storage.set_item(&key(name), text),
        None => storage.remove_item(&key(name)),
    };
}

/// What was kept under a name, for this app alone.
pub fn stored(choice: &str) -> Option<String> {
    storage()?.get_item(&key(choice)).ok().flatten()
}

/// Keeps a text under a name, or forgets it.
pub fn store(choice: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    // A full or forbidden storage costs the memory of a choice, nothing else.
    let _ = match value {
        Some(value) => storage.set_item(&key(choice), value),
        None => storage.remove_item(&key(choice)),
    };
}

fn browser_language() -> Locale {
    let wanted: Vec<String> = window()
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect();
    language_for(wanted.iter().map(String::as_str))
}

/// Reads the choices, keeps the document in step with them and provides them.
pub fn provide_prefs() -> Prefs {
    let language = match stored(LANGUAGE) {
        Some(tag) => language_for([tag.as_str()]),
        None => browser_language(),
    };
    let theme = RwSignal::new(Theme::of(stored(THEME).as_deref()));
    let dark_system = system_is_dark();
    let prefs = Prefs {
        theme,
        language: RwSignal::new(language),
        dark: Memo::new(move |_| match theme.get() {
            Theme::System => dark_system.get(),
            theme => theme == Theme::Dark,
        }),
    };
    Effect::new(move |before: Option<Theme>| {
        let theme = prefs.theme.get();
        let shown = if prefs.dark.get() { "dark" } else { "light" };
        set_root_attribute("data-theme", shown);
        if before.is_some_and(|before| before != theme) {
            store(THEME, theme.key());
        }
        theme
    });
    Effect::new(move |before: Option<Locale>| {
        let language = prefs.language.get();
        set_root_attribute("lang", tag(language));
        if before.is_some_and(|before| before != language) {
            store(LANGUAGE, Some(tag(language)));
        }
        language
    });
    provide_context(prefs);
    prefs
}

/// The choices.
pub fn use_prefs() -> Prefs {
    expect_context()
}

fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

fn system_is_dark() -> RwSignal<bool> {
    let query = window()
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten();
    let dark = RwSignal::new(query.as_ref().is_some_and(|query| query.matches()));
    if let Some(query) = query {
        let read = query.clone();
        let changed = Closure::<dyn FnMut()>::new(move || dark.set(read.matches()));
        query.set_onchange(Some(changed.as_ref().unchecked_ref()));
        // For as long as the page lives.
        changed.forget();
    }
    dark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_have_is_taken() {
        assert_eq!(language_for(["fr-FR", "zh-TW", "en"]), Locale::zh);
        assert_eq!(language_for(["en-GB", "zh"]), Locale::en);
        assert_eq!(language_for(["fr"]), Locale::en);
        assert_eq!(language_for([]), Locale::en);
    }

    #[test]
    fn themes_are_kept_under_the_words_that_boot_js_reads() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::of(theme.key()), theme);
        }
        assert_eq!(Theme::of(Some("purple")), Theme::System);
        assert_eq!(key("theme"), "russell.theme");
        assert!(include_str!("../public/boot.js").contains("`russell.theme${"));
    }
}
