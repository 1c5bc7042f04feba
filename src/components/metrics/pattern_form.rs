//! A form for patterns of metrics, with a look at what one finds while it is being written.

use super::patterns::{Opened, Patterns};
use crate::client::projects;
use crate::client::words::words;
use crate::components::entry::{Entry, complete};
use crate::components::log_link::LogLink;
use crate::components::pattern_words::pattern_words;
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::format;
use crate::i18n::*;
use crate::session::use_session;
use crate::ui::{Button, Drawer, ErrorNote, IconButton, Look, TextInput, icons};
use crate::work::{Sample, Trial};
use api::metric::MetricPattern;
use api::name;
use engine::log::search::PatternError;
use engine::metrics::UserPattern;
use gloo_timers::future::TimeoutFuture;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Milliseconds after a key until a pattern is tried.
const PAUSE: u32 = 150;

/// All patterns and a form for one at the side of the page, in a chunk of its own.
pub fn pattern_drawer() -> AnyView {
    let i18n = use_i18n();
    let Opened {
        open,
        patterns,
        link,
    } = expect_context();
    view! {
        <Drawer open title=move || t_string!(i18n, metrics.patterns)>
            <Form patterns link/>
        </Drawer>
    }
    .into_any()
}

#[component]
fn Form(patterns: Patterns, link: LogLink) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let owner = patterns.owner.get_value();
    let mine = {
        let owner = owner.clone();
        Memo::new(move |_| session.name().as_ref() == Some(&owner))
    };
    let submit = Submit::new(&[]);
    let name = Entry::new("name", name::check_metric_name);
    let pattern = Entry::new("pattern", name::check_pattern);
    // The place in the list of the one that is being changed.
    let at = RwSignal::new(None::<usize>);
    let form = NodeRef::<html::Form>::new();
    let keep = move |list: Vec<MetricPattern>, then: Callback<()>| {
        if !mine.get_untracked() {
            patterns.changed.set(Some(list));
            then.run(());
            return;
        }
        let project = patterns.project.get_value();
        let sent = async move { projects::set_metric_patterns(&project, list).await };
        submit.run(sent, move |kept| {
            patterns.changed.set(Some(kept));
            then.run(());
        });
    };
    let empty = Callback::new(move |()| {
        at.set(None);
        name.empty();
        pattern.empty();
    });
    let tried = trial(link, name.value, pattern.value);
    let wrong = move || {
        tried.with(|tried| match tried {
            Some(Err(error)) => Some(pattern_words(i18n, error)),
            _ => None,
        })
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !complete(&[name, pattern]) || untrack(wrong).is_some() {
            return focus_first_fault(form);
        }
        let one = MetricPattern {
            name: name.value.get_untracked().trim().to_owned(),
            pattern: pattern.value.get_untracked(),
        };
        let mut list = untrack(|| patterns.get()).unwrap_or_default();
        match at.get_untracked().and_then(|at| list.get_mut(at)) {
            Some(before) => *before = one,
            None => list.push(one),
        }
        keep(list, empty);
    };
    let edit = move |place: usize, one: MetricPattern| {
        at.set(Some(place));
        name.value.set(one.name);
        pattern.value.set(one.pattern);
        focus_first_fault(form);
    };
    let remove = move |place: usize| {
        let mut list = untrack(|| patterns.get()).unwrap_or_default();
        if place < list.len() {
            list.remove(place);
        }
        // What is being changed may stand elsewhere now.
        at.set(None);
        keep(list, Callback::new(|()| {}));
    };
    let row = move |(place, one): (usize, MetricPattern)| {
        let label = one.name.clone();
        let (named, removed) = (label.clone(), label.clone());
        let text = one.pattern.clone();
        view! {
            <li class="pattern">
                <span class="pattern-text">
                    <strong>{label}</strong>
                    <code class="mono">{text}</code>
                </span>
                <IconButton
                    icon=icons::LuPencil
                    label=move || t_string!(i18n, metrics.edit, name = named.clone())
                    on_click=move |()| edit(place, one.clone())
                />
                <IconButton
                    icon=icons::LuTrash2
                    label=move || t_string!(i18n, metrics.remove, name = removed.clone())
                    disabled=submit.pending
                    on_click=move |()| remove(place)
                />
            </li>
        }
    };
    let list = move || {
        let list = patterns.get().filter(|list| !list.is_empty())?;
        let rows: Vec<_> = list.into_iter().enumerate().map(row).collect();
        Some(view! { <ul class="patterns">{rows}</ul> })
    };
    let fault = move || {
        let error = patterns
            .kept
            .error
            .get()
            .filter(|error| !error.is_not_found())?;
        let message = move || words(&error, i18n.get_locale());
        Some(view! { <ErrorNote message retry=move |()| patterns.kept.reload()/> })
    };
    let told = pattern.error(submit);
    let error = Signal::derive(move || {
        let typed = pattern.value.with(|pattern| !pattern.is_empty());
        told.get().or_else(|| wrong().filter(|_| typed))
    });
    view! {
        <p class="muted">{t!(i18n, metrics.patterns_hint)}</p>
        <p class="muted">
            {move || match mine.get() {
                true => t_string!(i18n, metrics.patterns_kept).to_owned(),
                false => t_string!(i18n, metrics.patterns_here, owner = owner.clone()),
            }}
        </p>
        {fault}
        {list}
        <form class="form" novalidate node_ref=form on:submit=send>
            <SubmitError submit/>
            <TextInput
                name="metric-name"
                label=move || t_string!(i18n, metrics.pattern_name)
                value=name.value
                placeholder="psnr"
                error=name.error(submit)
                on_blur=name.on_blur()
            />
            <TextInput
                name="metric-pattern"
                label=move || t_string!(i18n, metrics.pattern)
                value=pattern.value
                placeholder=r"PSNR (?<value>[-0-9.]+) dB"
                error
                monospace=true
                on_blur=pattern.on_blur()
            />
            {move || {
                tried
                    .with(|tried| match tried {
                        Some(Ok(trial)) => Some(view! { <Found trial=trial.clone()/> }),
                        _ => None,
                    })
            }}
            <div class="form-actions">
                <Button submit=true look=Look::Main busy=submit.pending>
                    {move || match at.get() {
                        None => t_string!(i18n, metrics.add),
                        Some(_) => t_string!(i18n, metrics.change),
                    }}
                </Button>
                {move || {
                    at.get()
                        .is_some()
                        .then(|| {
                            view! {
                                <Button look=Look::Quiet on_click=empty>
                                    {t!(i18n, common.cancel)}
                                </Button>
                            }
                        })
                }}
            </div>
        </form>
    }
}

/// What the pattern finds that is being written, shortly after each key.
fn trial(
    link: LogLink,
    name: RwSignal<String>,
    pattern: RwSignal<String>,
) -> RwSignal<Option<Result<Trial, PatternError>>> {
    let tried = RwSignal::new(None);
    let asked = StoredValue::new(0_u32);
    // A log that is still coming has more to find.
    let lines = Memo::new(move |_| {
        let snapshot = link.snapshot.get();
        snapshot.is_some_and(|snapshot| snapshot.caught_up && snapshot.lines > 0)
    });
    Effect::new(move || {
        lines.track();
        let wanted = UserPattern {
            name: name.get(),
            pattern: pattern.get(),
        };
        asked.update_value(|asked| *asked += 1);
        let this = asked.get_value();
        if wanted.pattern.is_empty() {
            tried.set(None);
            return;
        }
        spawn_local(async move {
            let newest = || asked.try_get_value() == Some(this);
            TimeoutFuture::new(PAUSE).await;
            if !newest() {
                return;
            }
            let answer = link.trial(wanted).await;
            if newest() {
                tried.try_set(answer);
            }
        });
    });
    tried
}

/// The first things that a pattern finds.
#[component]
fn Found(trial: Trial) -> impl IntoView {
    let i18n = use_i18n();
    let (lines, nothing) = (format::number(trial.lines), trial.samples.is_empty());
    let title = move || match nothing {
        true => t_string!(i18n, metrics.finds_nothing, lines = lines.clone()),
        false => t_string!(i18n, metrics.finds, lines = lines.clone()),
    };
    let sample = move |sample: Sample| {
        let part =
            |range: std::ops::Range<usize>| sample.text.get(range).unwrap_or_default().to_owned();
        let (from, to) = (sample.at.start as usize, sample.at.end as usize);
        let number = sample.value.map(|value| match sample.step {
            None => format!("{} = {value}", sample.name),
            Some(step) => format!("{} = {value} ({step})", sample.name),
        });
        let value = move || match &number {
            Some(number) => number.clone(),
            None => t_string!(i18n, metrics.no_number).to_owned(),
        };
        view! {
            <li class="pattern-sample" class:pattern-wrong=sample.value.is_none()>
                <code class="mono">
                    {part(0..from)} <mark class="log-hit">{part(from..to)}</mark>
                    {part(to..sample.text.len())}
                </code>
                <span>{value}</span>
            </li>
        }
    };
    let samples: Vec<_> = trial.samples.into_iter().map(sample).collect();
    view! {
        <div class="stack" role="status">
            <p class="muted">{title}</p>
            <ul class="patterns">{samples}</ul>
        </div>
    }
}
