//! What the operator of this installation has set: `config.json` beside index.html. `public/boot.js` reads and checks
//! it before the app starts; a fault in it is said there.

use crate::paths;
#[cfg(target_arch = "wasm32")]
use leptos::wasm_bindgen::{JsCast as _, JsValue};

/// Where boot.js leaves the settings, on `window`.
#[cfg(target_arch = "wasm32")]
const PLACE: &str = "russell";
/// A function beside it that takes reports of faults.
#[cfg(target_arch = "wasm32")]
const REPORT: &str = "report";

/// A way to the people who run this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// Where it leads: http, https or mailto.
    pub href: String,
    /// What it says in English.
    pub en: String,
    /// What it says in Chinese.
    pub zh: String,
}

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What the app is called.
    pub title: String,
    /// The API, without a slash at the end; none when it is where the app is.
    api: Option<String>,
    /// The file server, likewise.
    files: Option<String>,
    /// Links in the footer.
    pub support: Vec<Support>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            title: "RussellCloud".to_owned(),
            api: None,
            files: None,
            support: Vec::new(),
        }
    }
}

impl Site {
    /// The whole address of `path`, which is one of `api::routes`, filled.
    pub fn address(&self, path: &str) -> String {
        let server = match api::routes::is_of_file_server(path) {
            true => self.files.as_ref().or(self.api.as_ref()),
            false => self.api.as_ref(),
        };
        match server {
            Some(server) => format!("{server}{path}"),
            None => paths::below_base(path),
        }
    }
}

/// Runs `f` with the settings. They never change while the page is open.
pub fn with<T>(f: impl FnOnce(&Site) -> T) -> T {
    thread_local! {
        static SITE: Site = read().unwrap_or_default();
    }
    SITE.with(f)
}

/// [`Site::address`] of this installation.
pub fn address(path: &str) -> String {
    with(|site| site.address(path))
}

/// What the app is called.
pub fn title() -> String {
    with(|site| site.title.clone())
}

#[cfg(target_arch = "wasm32")]
fn read() -> Option<Site> {
    let place = get(&leptos::prelude::window(), PLACE)?;
    let text = |from: &JsValue, key| get(from, key).and_then(|value| value.as_string());
    let mut site = Site {
        api: text(&place, "api"),
        files: text(&place, "files"),
        ..Site::default()
    };
    if let Some(title) = text(&place, "title") {
        site.title = title;
    }
    let links = get(&place, "support").and_then(|list| list.dyn_into::<js_sys::Array>().ok());
    for link in links.iter().flat_map(js_sys::Array::iter) {
        if let (Some(href), Some(en), Some(zh)) =
            (text(&link, "href"), text(&link, "en"), text(&link, "zh"))
        {
            site.support.push(Support { href, en, zh });
        }
    }
    Some(site)
}

#[cfg(target_arch = "wasm32")]
fn get(from: &JsValue, key: &str) -> Option<JsValue> {
    let value = js_sys::Reflect::get(from, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Outside a browser nobody has set anything.
#[cfg(not(target_arch = "wasm32"))]
fn read() -> Option<Site> {
    None
}

/// Reports a fault to the operator's Sentry, where one is set. `kind` is what failed, for example `panic`; `words` say
/// how: quoted parts, addresses and long numbers are taken out of them before they leave, see public/report.js.
pub fn report(kind: &str, words: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(report) = get(&leptos::prelude::window(), PLACE)
        .and_then(|place| get(&place, REPORT))
        .and_then(|report| report.dyn_into::<js_sys::Function>().ok())
    {
        // A report that fails must not be one more fault.
        let _ = report.call2(&JsValue::NULL, &kind.into(), &words.into());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (kind, words);
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::routes;

    #[test]
    fn reports_tell_no_part_of_an_address_that_may_be_a_name() {
        let words = include_str!("../public/report.js");
        let list = words.split_once("const WORDS").unwrap().1;
        let list = list.split_once(';').unwrap().0;
        let listed: Vec<&str> = list
            .split('"')
            .skip(1)
            .step_by(2)
            .flat_map(str::split_whitespace)
            .filter(|word| *word != " ")
            .collect();
        let mut fixed: Vec<&str> = include_str!("../api/src/routes.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1))
            .flat_map(|pattern| pattern.split('/'))
            .filter(|part| !part.is_empty() && !part.starts_with('{'))
            .collect();
        fixed.sort_unstable();
        fixed.dedup();
        assert_eq!(listed, fixed);
    }

    #[test]
    fn files_may_come_from_a_server_of_their_own() {
        let mut site = Site::default();
        let log = routes::fill(routes::TASK_LOG_STREAM, &["1f"]);
        assert_eq!(site.address(routes::USER), routes::USER);
        site.api = Some("https://api.example.org/v".to_owned());
        assert_eq!(
            site.address(&log),
            "https://api.example.org/v/api/v1/experiment/stream/1f"
        );
        site.files = Some("https://fs.example.org".to_owned());
        assert_eq!(
            site.address(routes::USER),
            "https://api.example.org/v/api/v1/user"
        );
        for address in [
            log,
            routes::fill(routes::FILE_RAW, &["1f"]),
            routes::fill(routes::UPLOAD, &["1f"]),
            routes::UPLOADS.to_owned(),
            routes::fill(routes::ZIP, &["1f"]),
        ] {
            assert_eq!(
                site.address(&address),
                format!("https://fs.example.org{address}")
            );
        }
    }
}
