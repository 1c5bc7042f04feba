//! Lines that the reader chose by their numbers: marked, copied, and named in the address as `#L120` or `#L120-L140`.

use super::tools::copy;
use super::viewer::Viewer;
use crate::i18n::*;
use crate::ui::{Button, IconButton, Look, icons, use_toasts};
use leptos::prelude::*;
use std::future::ready;

/// Numbers of lines, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
}

impl Picked {
    /// The lines that the page's address names.
    pub fn of_address() -> Option<Self> {
        let fragment = window().location().hash().ok()?;
        Self::read(fragment.strip_prefix('#')?)
    }

    /// Reads `L120` or `L120-L140`, the larger number in either place.
    fn read(text: &str) -> Option<Self> {
        let number = |part: &str| {
            let digits = part.strip_prefix('L')?;
            digits.parse().ok().filter(|number| *number > 0)
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some(Self::between(number(first)?, number(last)?))
    }

    fn between(a: u64, b: u64) -> Self {
        Self {
            first: a.min(b),
            last: a.max(b),
        }
    }

    /// The address's part for these lines, with its `#`.
    pub fn fragment(self) -> String {
        match self.first == self.last {
            true => format!("#L{}", self.first),
            false => format!("#L{}-L{}", self.first, self.last),
        }
    }

    /// With the line that was clicked: alone, or all from the first that was chosen to this one. The only one, clicked
    /// again, is let go.
    pub fn clicked(before: Option<Self>, line: u64, extend: bool) -> Option<Self> {
        match before {
            Some(before) if extend => Some(Self::between(before.first, line)),
            Some(before) if before == Self::between(line, line) => None,
            _ => Some(Self::between(line, line)),
        }
    }

    /// Whether a line is one of them.
    pub fn has(self, line: u64) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

/// Which lines are chosen, and what can be done with them.
#[component]
pub fn PickedBar(viewer: Viewer) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let copy_lines = move |()| {
        if let Some(picked) = viewer.picked.get_untracked() {
            copy(i18n, toasts, viewer.link.text(picked.first..=picked.last));
        }
    };
    let link = move |()| {
        // The address names them already.
        copy(i18n, toasts, ready(window().location().href().ok()));
    };
    move || {
        let picked = viewer.picked.get()?;
        let words = match picked.first == picked.last {
            true => t_string!(i18n, log.picked_one, line = picked.first),
            false => t_string!(i18n, log.picked, first = picked.first, last = picked.last),
        };
        Some(view! {
            <div class="log-picked-bar">
                <span role="status">{words}</span>
                <Button look=Look::Quiet icon=icons::LuCopy on_click=copy_lines>
                    {t!(i18n, common.copy)}
                </Button>
                <Button look=Look::Quiet icon=icons::LuLink on_click=link>
                    {t!(i18n, log.copy_link)}
                </Button>
                <IconButton
                    icon=icons::LuX
                    label=move || t_string!(i18n, common.close)
                    on_click=move |()| viewer.picked.set(None)
                />
            </div>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_lines() {
        let picked = |first, last| Some(Picked { first, last });
        for (text, lines) in [
            ("L1", picked(1, 1)),
            ("L120-L140", picked(120, 140)),
            ("L140-L120", picked(120, 140)),
            ("L0", None),
            ("L", None),
            ("L1-", None),
            ("L1-2", None),
            ("L-L", None),
            ("L99999999999999999999", None),
            ("notes", None),
            ("", None),
        ] {
            assert_eq!(Picked::read(text), lines, "{text}");
            if let Some(lines) = lines {
                assert_eq!(Picked::read(&lines.fragment()[1..]), Some(lines));
            }
        }
    }

    #[test]
    fn clicks_choose_extend_and_let_go() {
        let one = Picked::clicked(None, 7, false);
        assert_eq!(one.unwrap().fragment(), "#L7");
        let more = Picked::clicked(one, 3, true);
        assert_eq!(more.unwrap().fragment(), "#L3-L7");
        assert!(more.unwrap().has(5) && !more.unwrap().has(8));
        assert_eq!(Picked::clicked(one, 7, false), None);
        assert_eq!(Picked::clicked(more, 9, false).unwrap().fragment(), "#L9");
        assert_eq!(Picked::clicked(None, 9, true).unwrap().fragment(), "#L9");
    }
}
