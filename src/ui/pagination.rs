//! The pages of a list, as links: the URL holds the page.

use super::icon::{Icon, icons};
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;

/// Links to the pages around `page`, of `pages`; nothing when there is one page only.
#[component]
pub fn Pagination(
    /// The page shown, from 1.
    #[prop(into)]
    page: Signal<u32>,
    /// How many pages there are.
    #[prop(into)]
    pages: Signal<u32>,
    /// The address of a page.
    href: impl Fn(u32) -> String + Send + Sync + Clone + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let (page, pages) = (page.get(), pages.get());
        if pages < 2 {
            return None;
        }
        let step = |to: Option<u32>, label: &'static str, icon: icons::Icon| match to {
            Some(to) => view! {
                <a class="page-link" href=href(to) aria-label=label title=label>
                    <Icon icon/>
                </a>
            }
            .into_any(),
            None => view! {
                <span class="page-link page-off">
                    <Icon icon/>
                </span>
            }
            .into_any(),
        };
        let numbers = around(page, pages).into_iter().map(|entry| match entry {
            Some(number) => view! {
                <a class="page-link" href=href(number) aria-current=(number == page).then_some("page")>
                    {number}
                </a>
            }
            .into_any(),
            None => view! { <span class="page-gap" aria-hidden="true">"·"</span> }.into_any(),
        });
        let before = (page > 1).then(|| page - 1);
        let after = (page < pages).then(|| page + 1);
        Some(view! {
            <nav class="pagination" aria-label=t_string!(i18n, common.pages)>
                {step(before, t_string!(i18n, common.previous), icons::LuChevronLeft)}
                {numbers.collect_view()}
                {step(after, t_string!(i18n, common.next), icons::LuChevronRight)}
            </nav>
        })
    }
}

/// The page numbers to show; none where some are left out.
fn around(page: u32, pages: u32) -> Vec<Option<u32>> {
    let mut shown: Vec<u32> = (1..=pages)
        .filter(|number| *number == 1 || *number == pages || number.abs_diff(page) <= 2)
        .collect();
    // A gap of one page is that page.
    shown.extend(
        [2, pages.saturating_sub(1)]
            .into_iter()
            .filter(|number| (1..=pages).contains(number) && number.abs_diff(page) == 3),
    );
    shown.sort_unstable();
    shown.dedup();
    let mut out = Vec::with_capacity(shown.len() + 2);
    let mut last = 0;
    for number in shown {
        if number > last + 1 {
            out.push(None);
        }
        out.push(Some(number));
        last = number;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::around;

    fn text(page: u32, pages: u32) -> String {
        let words = around(page, pages).into_iter();
        words
            .map(|entry| entry.map_or("·".into(), |n| n.to_string()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn ends_and_neighbours_are_shown() {
        assert_eq!(text(1, 3), "1 2 3");
        assert_eq!(text(1, 9), "1 2 3 · 9");
        assert_eq!(text(4, 9), "1 2 3 4 5 6 · 9");
        assert_eq!(text(50, 99), "1 · 48 49 50 51 52 · 99");
        assert_eq!(text(96, 99), "1 · 94 95 96 97 98 99");
    }
}
