//! Text with line numbers. Both columns are one text node each, so that a megabyte costs two elements.

use super::content::lines;
use crate::format;
use crate::i18n::*;
use leptos::prelude::*;
use std::fmt::Write;

/// A text, its lines numbered. Wrapped lines have no numbers: they would not stand beside their lines.
#[component]
pub(super) fn TextView(text: String, name: String, wrap: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let lines = lines(&text);
    let count = lines.len();
    let mut numbers = String::with_capacity(count * 6);
    for number in 1..=count {
        // Writing to a string cannot fail.
        let _ = writeln!(numbers, "{number}");
    }
    // One kind of line end, so that numbers and lines agree.
    let text = lines.join("\n");
    let label = move || {
        let name = format::visible(&name);
        t_string!(i18n, files.view_content, name = name)
    };
    let total = move || t_string!(i18n, files.view_lines, count = format::number(count as u64));
    view! {
        <div class="code" class:code-wrap=move || wrap.get() role="region" tabindex="0" aria-label=label>
            <pre class="code-numbers" aria-hidden="true">{numbers}</pre>
            <pre class="code-text">{text}</pre>
        </div>
        <p class="file-view-count">{total}</p>
    }
}
