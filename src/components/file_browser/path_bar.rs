//! Where one is: the path as links, and a button that copies it.

use crate::components::file_name::FileName;
use crate::components::file_tree::{Tree, join};
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::CopyButton;
use leptos::prelude::*;

/// The parts of a path, each with the path up to it.
fn steps(path: &str) -> Vec<(String, String)> {
    let mut steps: Vec<(String, String)> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let before = steps.last().map_or("", |(_, path)| path.as_str());
        let whole = join(before, part);
        steps.push((part.to_owned(), whole));
    }
    steps
}

/// The path bar of a browser.
#[component]
pub(super) fn PathBar(tree: Tree, path: Signal<String>, tools: Option<ViewFn>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let at_top = Memo::new(move |_| path.with(String::is_empty));
    let below = move || {
        let steps = path.with(|path| steps(path));
        let last = steps.len();
        steps
            .into_iter()
            .enumerate()
            .map(|(at, (name, whole))| {
                let here = (at + 1 == last).then_some("page");
                view! {
                    <li>
                        <a href=move || tree.href(place, whole.clone()) aria-current=here>
                            <FileName name/>
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="path-bar">
            <nav aria-label=move || t_string!(i18n, files.path)>
                <ol class="path">
                    <li>
                        <a
                            href=move || tree.href(place, String::new())
                            aria-current=move || at_top.get().then_some("page")
                        >
                            {move || tree.top.get()}
                        </a>
                    </li>
                    {below}
                </ol>
            </nav>
            <Show when=move || !at_top.get()>
                <CopyButton text=path label=move || t_string!(i18n, files.copy_path)/>
            </Show>
            {tools.map(|tools| view! { <div class="path-tools">{tools.run()}</div> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn each_part_leads_to_its_own_folder() {
        assert!(steps("").is_empty());
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            steps("a/b c/d.txt"),
            [
                pair("a", "a"),
                pair("b c", "a/b c"),
                pair("d.txt", "a/b c/d.txt")
            ]
        );
    }
}
