//! Sign-ins and named tokens: made, listed, ended.

use crate::client::settings;
use crate::components::entry::{Entry, complete};
use crate::components::load::{Async, load};
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::ui::{
    Badge, Button, Choice, Column, ConfirmDialog, CopyField, Dialog, IconButton, Look, Select,
    Table, TextInput, TimeAgo, TimeAt, Tone, icons, use_toasts,
};
use api::Page;
use api::event::Kind;
use api::settings::{NewToken, TokenInfo};
use api::{limits, name};
use leptos::html;
use leptos::prelude::*;

/// Days a token lasts unless somebody chooses.
const DAYS: u32 = 30;

/// The part.
#[component]
pub(super) fn TokensPart() -> impl IntoView {
    let i18n = use_i18n();
    let tokens = load(settings::tokens).live(|change| change.kind == Kind::Account);
    let asked = RwSignal::new(None::<TokenInfo>);
    let again = move |()| tokens.reload();
    let shown = move |page: Signal<Page<TokenInfo>>| {
        let list = Signal::derive(move || page.with(|page| page.list.clone()));
        view! { <List list asked/> }.into_any()
    };
    view! {
        <div class="stack">
            <section class="settings-part stack-tight">
                <h2>{move || t_string!(i18n, settings.token_new)}</h2>
                <p class="muted">{move || t_string!(i18n, settings.token_text)}</p>
                <NewTokenForm on_made=again/>
            </section>
            <section class="stack-tight">
                <h2>{move || t_string!(i18n, settings.token_list)}</h2>
                <Async load=tokens view=shown/>
            </section>
        </div>
        <EndDialog asked on_ended=again/>
    }
}

#[component]
fn NewTokenForm(#[prop(into)] on_made: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let submit = Submit::new(&["name"]);
    let token_name = Entry::new("name", name::check_token_name);
    let days = RwSignal::new(DAYS.to_string());
    let made = RwSignal::new(None::<String>);
    let open = RwSignal::new(false);
    let form = NodeRef::<html::Form>::new();
    let choices = Signal::derive(move || {
        let choice = |days: u32| {
            let words = match days {
                1 => t_string!(i18n, settings.token_day).to_owned(),
                count => t_string!(i18n, settings.token_days, count = count),
            };
            Choice::new(days.to_string(), words)
        };
        limits::TOKEN_DAYS.into_iter().map(choice).collect()
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !complete(&[token_name]) {
            return focus_first_fault(form);
        }
        let new = NewToken {
            name: token_name.value.get_untracked(),
            days: days.get_untracked().parse().unwrap_or(DAYS),
        };
        let sent = async move { settings::make_token(&new).await };
        submit.run(sent, move |token| {
            token_name.empty();
            made.set(Some(token.token));
            open.set(true);
            on_made.run(());
        });
    };
    // Told once: what is closed is forgotten.
    Effect::new(move |_| {
        if !open.get() {
            made.set(None);
        }
    });
    view! {
        <form class="token-form" novalidate node_ref=form on:submit=send>
            <TextInput
                name=token_name.name
                label=move || t_string!(i18n, settings.token_name)
                value=token_name.value
                hint=Signal::derive(move || Some(t_string!(i18n, settings.token_name_hint).to_owned()))
                error=token_name.error(submit)
                on_blur=token_name.on_blur()
            />
            <Select
                name="days"
                label=move || t_string!(i18n, settings.token_lasts)
                choices
                value=days
                on_change=move |value| days.set(value)
            />
            <Button submit=true look=Look::Main icon=icons::LuKeyRound busy=submit.pending>
                {move || t_string!(i18n, settings.token_make)}
            </Button>
        </form>
        <SubmitError submit/>
        <Dialog open title=move || t_string!(i18n, settings.token_made)>
            <p>{move || t_string!(i18n, settings.token_once)}</p>
            <CopyField
                text=Signal::derive(move || made.get().unwrap_or_default())
                label=move || t_string!(i18n, account.copy_token)
            />
            <div class="dialog-actions">
                <Button look=Look::Main on_click=move |()| open.set(false)>
                    {move || t_string!(i18n, settings.token_kept)}
                </Button>
            </div>
        </Dialog>
    }
}

#[component]
fn List(list: Signal<Vec<TokenInfo>>, asked: RwSignal<Option<TokenInfo>>) -> impl IntoView {
    let i18n = use_i18n();
    let columns = vec![
        Column::new(move || t_string!(i18n, settings.token_name)),
        Column::new(move || t_string!(i18n, settings.token_kind)),
        Column::new(move || t_string!(i18n, settings.token_created)),
        Column::new(move || t_string!(i18n, settings.token_used)),
        Column::new(move || t_string!(i18n, settings.token_expires)),
        Column::actions(move || t_string!(i18n, settings.token_end)),
    ];
    let key = |token: &TokenInfo| (token.id.clone(), token.date_used, token.current);
    view! {
        <Table caption=move || t_string!(i18n, settings.token_list) columns>
            <For each=move || list.get() key let:token>
                <Line token asked/>
            </For>
        </Table>
    }
}

#[component]
fn Line(token: TokenInfo, asked: RwSignal<Option<TokenInfo>>) -> impl IntoView {
    let i18n = use_i18n();
    let named = token.name.is_some();
    let label = StoredValue::new(token.clone());
    let words = move || label.with_value(|token| called(token, i18n));
    let kind = move || match named {
        true => t_string!(i18n, settings.token_named),
        false => t_string!(i18n, settings.token_sign_in),
    };
    let icon = match named {
        true => icons::LuKeyRound,
        false => icons::LuMonitor,
    };
    let end = move || t_string!(i18n, settings.token_end_of, name = words());
    let TokenInfo {
        date_created,
        date_used,
        date_expires,
        current,
        ..
    } = token;
    view! {
        <tr>
            <td class="cell-main">
                <span class="row">
                    <bdi>{words}</bdi>
                    {current
                        .then(|| {
                            view! {
                                <Badge
                                    label=move || t_string!(i18n, settings.token_current)
                                    icon=icons::LuCheck
                                    tone=Tone::Ok
                                />
                            }
                        })}
                </span>
            </td>
            <td>
                <Badge label=kind icon/>
            </td>
            <td data-label=move || t_string!(i18n, settings.token_created)>
                <TimeAgo time=Signal::stored(date_created)/>
            </td>
            <td data-label=move || t_string!(i18n, settings.token_used)>
                <TimeAgo time=Signal::stored(date_used)/>
            </td>
            <td data-label=move || t_string!(i18n, settings.token_expires)>
                <TimeAt time=Signal::stored(date_expires)/>
            </td>
            <td class="cell-actions">
                {(!current)
                    .then(|| {
                        view! {
                            <IconButton
                                label=end
                                icon=icons::LuTrash2
                                on_click=move |()| asked.set(Some(label.get_value()))
                            />
                        }
                    })}
            </td>
        </tr>
    }
}

/// Asks before one is ended.
#[component]
fn EndDialog(
    asked: RwSignal<Option<TokenInfo>>,
    #[prop(into)] on_ended: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let submit = Submit::new(&[]);
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if asked.with(Option::is_some) {
            submit.mend();
            open.set(true);
        }
    });
    let words = move || {
        asked
            .with(|token| token.as_ref().map(|token| called(token, i18n)))
            .unwrap_or_default()
    };
    let title = move || t_string!(i18n, settings.token_end_title, name = words());
    let text = move || match asked.with(|token| token.as_ref().is_some_and(|t| t.name.is_some())) {
        true => t_string!(i18n, settings.token_end_text),
        false => t_string!(i18n, settings.sign_in_end_text),
    };
    let end = move |()| {
        let Some(token) = asked.get_untracked() else {
            return;
        };
        let sent = async move { settings::end_token(&token.id).await };
        submit.run(sent, move |()| {
            open.set(false);
            toasts.say(untrack(|| t_string!(i18n, settings.token_ended)));
            on_ended.run(());
        });
    };
    Effect::new(move |_| {
        if !open.get() {
            asked.set(None);
        }
    });
    view! {
        <ConfirmDialog
            open
            title
            action=move || t_string!(i18n, settings.token_end)
            danger=true
            busy=submit.pending
            on_confirm=end
        >
            <p>{text}</p>
            <SubmitError submit/>
        </ConfirmDialog>
    }
}

/// What a token is called: by its name, a sign-in by its program.
fn called(token: &TokenInfo, i18n: leptos_i18n::I18nContext<crate::i18n::Locale>) -> String {
    if let Some(name) = &token.name {
        return format::visible(name);
    }
    match program(&token.agent) {
        Some(program) => program,
        None if token.agent.contains("python-requests") => {
            t_string!(i18n, settings.agent_cli).to_owned()
        }
        None => t_string!(i18n, settings.agent_unknown).to_owned(),
    }
}

/// Browser and system by what a browser calls itself, as in "Firefox, Linux"; none for other programs.
fn program(agent: &str) -> Option<String> {
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let first = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let browser = first(&BROWSERS)?;
    Some(match first(&SYSTEMS) {
        Some(system) => format!("{browser}, {system}"),
        None => browser.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn browsers_are_known_by_what_they_call_themselves() {
        let linux = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, name) in [
            (
                format!("{linux} Chrome/156.0 Safari/537.36"),
                Some("Chrome, Linux"),
            ),
            (
                format!("{linux} Chrome/156.0 Safari/537.36 Edg/156.0"),
                Some("Edge, Linux"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
                Some("Firefox, Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
                    .to_owned(),
                Some("Safari, iOS"),
            ),
            ("python-requests/2.9.1".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(program(&agent).as_deref(), name, "{agent}");
        }
    }
}
