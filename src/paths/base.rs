//! Where the app is hosted: taken from `<base>`, so that one build serves any address.

/// The path the app is hosted below, without the slash at the end: empty at the root of its host.
#[cfg(target_arch = "wasm32")]
pub fn base() -> String {
    thread_local! {
        static BASE: String = base_of_document().unwrap_or_default();
    }
    BASE.with(Clone::clone)
}

#[cfg(target_arch = "wasm32")]
fn base_of_document() -> Option<String> {
    let base = leptos::prelude::document().base_uri().ok().flatten()?;
    let path = leptos::web_sys::Url::new(&base).ok()?.pathname();
    Some(path[..path.rfind('/')?].to_owned())
}

/// Outside a browser there is no base.
#[cfg(not(target_arch = "wasm32"))]
pub fn base() -> String {
    String::new()
}

/// An address of the API or a file of the app, `path` beginning with a slash, below the base.
pub fn below_base(path: &str) -> String {
    let mut out = base();
    out.push_str(path);
    out
}

/// The part of a path below the base; none when it lies outside.
pub fn without_base(path: &str) -> Option<String> {
    let rest = path.strip_prefix(base().as_str())?;
    match rest {
        "" => Some("/".to_owned()),
        _ => rest.starts_with('/').then(|| rest.to_owned()),
    }
}
