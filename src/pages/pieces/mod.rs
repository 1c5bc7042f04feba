//! Every piece of [`crate::ui`] in each of its states, for those who change them and for the tests that look at them.
//! Only debug builds have this page.

mod forms;
mod layers;
mod lists;
mod plain;

use crate::i18n::{t_string, use_i18n};
use crate::ui::PageHead;
use leptos::prelude::*;

/// What a name written in Latin and in Chinese letters looks like, in every language of the app.
const MIXED: &str = "在 GPU 上运行 train.py，用时 3 分钟：accuracy 0.97";

/// The page.
pub fn page() -> AnyView {
    let i18n = use_i18n();
    let title = move || t_string!(i18n, pieces.title);
    let subtitle = (move || t_string!(i18n, pieces.lead)).into_any();
    view! {
        <div class="content">
            <PageHead title subtitle/>
            <plain::Type/>
            <plain::Colours/>
            <plain::Buttons/>
            <forms::Fields/>
            <forms::Choices/>
            <forms::Tags/>
            <forms::Suggestions/>
            <plain::Badges/>
            <plain::People/>
            <plain::Figures/>
            <lists::Heads/>
            <lists::Tables/>
            <lists::Timelines/>
            <plain::Bars/>
            <layers::Menus/>
            <layers::Dialogs/>
            <layers::Tooltips/>
            <layers::Messages/>
            <plain::Absence/>
            <plain::Copying/>
            <plain::Faults/>
        </div>
    }
    .into_any()
}

/// A part of the page, with an anchor.
#[component]
fn Part(
    /// Its anchor.
    id: &'static str,
    /// What it shows.
    #[prop(into)]
    title: TextProp,
    /// The pieces.
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    view! {
        <section class="piece" id=id aria-labelledby=labelled_by>
            <h2 id=heading>{move || title.get()}</h2>
            {children()}
        </section>
    }
}
