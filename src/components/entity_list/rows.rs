//! The lines of a list as a table.

use super::line::Line;
use super::query::{tags_of, toggled};
use super::{Listed, Visibility, Whose};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::place::use_place;
use crate::ui::{Chip, Column, Icon, Sort, Table, TimeAgo, icons};
use leptos::prelude::*;

/// Most tags of a line that are shown.
const TAGS: usize = 4;

/// The table.
#[component]
pub(super) fn Lines(
    listed: Listed,
    lines: Signal<Vec<Line>>,
    whose: Signal<Whose>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let caption = move || match listed {
        Listed::Projects => t_string!(i18n, lists.projects),
        Listed::Datasets => t_string!(i18n, lists.datasets),
    };
    let kind = move || match listed {
        Listed::Projects => t_string!(i18n, lists.environment),
        Listed::Datasets => t_string!(i18n, lists.size),
    };
    let sort = move |key: &'static str, ascending: bool| Sort {
        ascending: Signal::derive(move || (place.value("sort") == key).then_some(ascending)),
        href: Signal::derive(move || place.with(&[("sort", key), ("page", "")])),
    };
    let mut columns = vec![
        Column::new(move || t_string!(i18n, lists.name)).sorted(sort("name", true)),
        Column::numeric(move || t_string!(i18n, social.stars)).sorted(sort("stars", false)),
        Column::numeric(move || t_string!(i18n, social.forks)).sorted(sort("forks", false)),
        match listed {
            Listed::Projects => Column::new(kind),
            Listed::Datasets => Column::numeric(kind),
        },
        Column::numeric(move || t_string!(i18n, lists.version)),
    ];
    // Where everything is public, nobody needs to be told.
    let with_visibility =
        whose.with_untracked(|whose| !matches!(whose, Whose::Everybody | Whose::Of(_)));
    if with_visibility {
        columns.push(Column::new(move || t_string!(i18n, lists.visibility)));
    }
    columns.push(Column::new(move || t_string!(i18n, lists.updated)).sorted(sort("", false)));
    let with_owner = whose.with_untracked(|whose| !matches!(whose, Whose::Own(_) | Whose::Of(_)));
    view! {
        <Table caption columns>
            // A line that changed is another line.
            <For each=move || lines.get() key=Line::clone let:line>
                <tr>
                    <td class="cell-main entity-cell">
                        <div class="entity-line">
                            <a href=line.href>
                                {with_owner.then(|| view! { <span class="entity-line-owner">{line.owner}" / "</span> })}
                                {line.name}
                            </a>
                            <LineTags tags=line.tags/>
                        </div>
                        {(!line.description.is_empty())
                            .then(|| view! { <span class="cell-sub cell-clip"><bdi>{line.description}</bdi></span> })}
                    </td>
                    <td class="num">
                        <Count icon=icons::LuStar label=move || t_string!(i18n, social.stars) count=line.stars/>
                    </td>
                    <td class="num">
                        <Count icon=icons::LuGitFork label=move || t_string!(i18n, social.forks) count=line.forks/>
                    </td>
                    <td class:num=listed == Listed::Datasets class="entity-line-kind">
                        {line.kind}
                    </td>
                    <td class="num" data-label=move || t_string!(i18n, lists.version)>
                        {move || match line.version {
                            0 => view! { <span class="muted">{t_string!(i18n, lists.no_version)}</span> }.into_any(),
                            number => number.into_any(),
                        }}
                    </td>
                    {with_visibility
                        .then(|| {
                            view! {
                                <td>
                                    <Visibility private=line.private/>
                                </td>
                            }
                        })}
                    <td>
                        <TimeAgo time=Signal::stored(line.updated)/>
                    </td>
                </tr>
            </For>
        </Table>
    }
}

/// The first tags of a line: each leads to this list, filtered by it too.
#[component]
fn LineTags(tags: Vec<String>) -> impl IntoView {
    let place = use_place();
    let more = tags.len().saturating_sub(TAGS);
    let rest = tags.get(TAGS..).unwrap_or_default().join(", ");
    let chips = tags.into_iter().take(TAGS).map(|tag| {
        let own = tag.clone();
        let href = Signal::derive(move || {
            let tags = tags_of(&place.value("tags"));
            match tags.contains(&own) {
                true => place.with(&[]),
                false => place.with(&[("tags", &toggled(&tags, &own)), ("page", "")]),
            }
        });
        view! { <Chip label=tag href/> }
    });
    let chips = chips.collect_view();
    view! {
        {chips}
        {(more > 0).then(|| view! { <span class="muted" title=rest>{format!("+{more}")}</span> })}
    }
}

/// A figure whose name is an icon.
#[component]
fn Count(
    icon: icons::Icon,
    /// The icon in words.
    #[prop(into)]
    label: TextProp,
    count: u64,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <span class="entity-count" class:muted=count == 0 title=move || title.get()>
            <Icon icon/>
            <span class="sr-only">{move || label.get()}</span>
            {format::number(count)}
        </span>
    }
}
