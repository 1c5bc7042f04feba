//! Pieces that show or do one thing.

use super::{MIXED, Part};
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::ui::{
    Avatar, AvatarSize, Badge, Button, Chip, CopyField, EmptyState, ErrorNote, IconButton,
    LinkButton, Look, Progress, Skeleton, Stat, Tone, icons,
};
use leptos::prelude::*;

#[component]
pub(super) fn Type() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part id="type" title=move || t_string!(i18n, pieces.letters)>
            // Their levels would break the page's own outline.
            <p class="piece-h1">{move || t_string!(i18n, pieces.heading_1)}</p>
            <p class="piece-h2">{move || t_string!(i18n, pieces.heading_2)}</p>
            <p class="piece-h3">{move || t_string!(i18n, pieces.heading_3)}</p>
            <p>
                {move || t_string!(i18n, pieces.body)} " "
                <a href=Route::Pieces.href()>{move || t_string!(i18n, pieces.link)}</a> " " <code>"train.py --epochs 10"</code>
            </p>
            <p lang="zh-CN">{MIXED}</p>
            <p class="caption">{move || t_string!(i18n, pieces.caption)}</p>
        </Part>
    }
}

/// The names of the tokens that are colours.
const COLOURS: [&str; 20] = [
    "ground",
    "raised",
    "sunken",
    "line",
    "line-strong",
    "text",
    "muted",
    "accent",
    "accent-solid",
    "accent-solid-hover",
    "on-accent",
    "accent-soft",
    "ok",
    "ok-soft",
    "info",
    "info-soft",
    "warn",
    "warn-soft",
    "bad",
    "bad-soft",
];

#[component]
pub(super) fn Colours() -> impl IntoView {
    let i18n = use_i18n();
    let colour = |name: &'static str| {
        view! {
            <li>
                <span class="piece-colour" style:background-color=format!("var(--{name})")></span>
                <code>{name}</code>
            </li>
        }
    };
    let colours = COLOURS.into_iter().map(colour).collect_view();
    view! {
        <Part id="colours" title=move || t_string!(i18n, pieces.colours)>
            <ul class="piece-colours">{colours}</ul>
        </Part>
    }
}

#[component]
pub(super) fn Buttons() -> impl IntoView {
    let i18n = use_i18n();
    let why = Signal::derive(move || t_string!(i18n, pieces.off_why).to_owned());
    let words = move |look: Look| match look {
        Look::Main => t_string!(i18n, pieces.main),
        Look::Plain => t_string!(i18n, pieces.plain),
        Look::Quiet => t_string!(i18n, pieces.quiet),
        Look::Danger => t_string!(i18n, pieces.delete),
    };
    let looks = [Look::Main, Look::Plain, Look::Quiet, Look::Danger].map(|look| {
        view! {
            <div class="row">
                <Button look>{move || words(look)}</Button>
                <Button look icon=icons::LuPlus>
                    {move || t_string!(i18n, pieces.with_icon)}
                </Button>
                <Button look disabled=true title=why>
                    {move || t_string!(i18n, pieces.off)}
                </Button>
                <Button look busy=true>{move || t_string!(i18n, pieces.busy)}</Button>
                <LinkButton look href=Route::Pieces.href()>
                    {move || t_string!(i18n, pieces.link)}
                </LinkButton>
            </div>
        }
    });
    let on = RwSignal::new(true);
    view! {
        <Part id="buttons" title=move || t_string!(i18n, pieces.buttons)>
            {looks.into_iter().collect_view()}
            <div class="row">
                <IconButton label=move || t_string!(i18n, pieces.plain) icon=icons::LuPencil on_click=|()| {}/>
                <IconButton
                    label=move || t_string!(i18n, pieces.pressed)
                    icon=icons::LuWrapText
                    pressed=on
                    on_click=move |()| on.update(|on| *on = !*on)
                />
                <IconButton label=move || t_string!(i18n, pieces.off) icon=icons::LuTrash2 disabled=true on_click=|()| {}/>
            </div>
            <Button>{move || t_string!(i18n, pieces.long)}</Button>
        </Part>
    }
}

#[component]
pub(super) fn Badges() -> impl IntoView {
    let i18n = use_i18n();
    let removed = RwSignal::new(false);
    view! {
        <Part id="badges" title=move || t_string!(i18n, pieces.badges)>
            <div class="row">
                <Badge label=move || t_string!(i18n, pieces.waiting) icon=icons::LuCircleDashed/>
                <Badge
                    label=move || t_string!(i18n, pieces.running)
                    icon=icons::LuLoaderCircle
                    tone=Tone::Info
                    turning=true
                />
                <Badge label=move || t_string!(i18n, pieces.done) icon=icons::LuCircleCheck tone=Tone::Ok/>
                <Badge label=move || t_string!(i18n, pieces.careful) icon=icons::LuTriangleAlert tone=Tone::Warn/>
                <Badge label=move || t_string!(i18n, pieces.failed) icon=icons::LuCircleX tone=Tone::Bad/>
            </div>
            <div class="row">
                <Chip label="iris"/>
                <Chip label="computer-vision" href=Route::Pieces.href()/>
                <Show when=move || !removed.get()>
                    <Chip label=move || t_string!(i18n, pieces.filter) on_remove=move |()| removed.set(true)/>
                </Show>
                <Chip label=move || t_string!(i18n, pieces.long) on_remove=|()| {}/>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn People() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part id="people" title=move || t_string!(i18n, pieces.people)>
            <div class="row">
                <Avatar name="ada-lovelace" size=AvatarSize::Small/>
                <span>"ada-lovelace"</span>
                <Avatar name="alice"/>
                <Avatar name="\u{738b}\u{5c0f}\u{660e}"/>
                <Avatar name="carol" picture=Some(crate::paths::below_base("/favicon.svg"))/>
                <Avatar name="broken" picture=Some("data:,".to_owned())/>
                <Avatar name="ada-lovelace" size=AvatarSize::Large/>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Figures() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part id="figures" title=move || t_string!(i18n, pieces.figures)>
            <div class="stats">
                <Stat
                    label=move || t_string!(i18n, pieces.used)
                    value=move || t_string!(i18n, pieces.used_value)
                    note=move || t_string!(i18n, pieces.used_note)
                >
                    <Progress value=Some(0.625) label=move || t_string!(i18n, pieces.used)/>
                </Stat>
                <Stat label=move || t_string!(i18n, pieces.part_two) value="1,204"/>
                <Stat label=move || t_string!(i18n, pieces.long) value="¥ 123,456,789.00"/>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Bars() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part id="bars" title=move || t_string!(i18n, pieces.bars)>
            <Progress value=Some(0.66) label=move || t_string!(i18n, pieces.known)/>
            <Progress value=Signal::stored(None) label=move || t_string!(i18n, pieces.unknown)/>
        </Part>
    }
}

#[component]
pub(super) fn Absence() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part id="absence" title=move || t_string!(i18n, pieces.absence)>
            <Skeleton/>
            <ErrorNote message=move || t_string!(i18n, pieces.error_text) retry=|()| {}/>
            <ErrorNote message=move || t_string!(i18n, pieces.long)/>
            <EmptyState title=move || t_string!(i18n, pieces.empty) text=move || t_string!(i18n, pieces.empty_text)>
                <LinkButton href=Route::Pieces.href() look=Look::Main icon=icons::LuPlus>
                    {move || t_string!(i18n, pieces.main)}
                </LinkButton>
            </EmptyState>
        </Part>
    }
}

#[component]
pub(super) fn Copying() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part id="copying" title=move || t_string!(i18n, pieces.copying)>
            <div class="row">
                <CopyField text="russell run --data alice/iris/1:iris 'python train.py'"/>
            </div>
            <CopyField text="0f8fad5bd9cb469fa16570867728950e".repeat(8)/>
        </Part>
    }
}

#[component]
pub(super) fn Faults() -> impl IntoView {
    let i18n = use_i18n();
    // What it shows and what is reported of it is a matter of the whole page, so there is no gentler way to see it.
    let fault = |()| panic!("somebody pressed \"panic\"");
    view! {
        <Part id="faults" title=move || t_string!(i18n, pieces.faults)>
            <Button look=Look::Danger on_click=fault>
                {move || t_string!(i18n, pieces.panic)}
            </Button>
        </Part>
    }
}
