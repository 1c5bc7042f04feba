//! A task's log as it is written: only the rows on screen exist, the worker keeps the rest.

mod link;
mod row;
mod scroll;
mod status;

use crate::client;
use crate::i18n::*;
use crate::ui::{Button, ErrorNote, IconButton, copy_text, icons, save_blob, use_toasts};
use crate::work::{Link, ToWorker};
use api::routes;
use api::task::TaskState;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Element, ResizeObserver};
use link::LogLink;
use scroll::{ROW, Scroll};
use send_wrapper::SendWrapper;
use status::LogStatus;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The log of a task, followed until it ends. Opens at the end and stays there until the reader scrolls up.
#[component]
pub fn LogViewer(
    /// Id of the task.
    #[prop(into)]
    task: String,
    /// Hears of every state the log tells, so that the page around it needs no polling.
    #[prop(optional, into)]
    on_state: Option<Callback<TaskState>>,
) -> impl IntoView {
    let again = Trigger::new();
    move || {
        again.track();
        view! { <Followed task=task.clone() on_state on_again=Callback::new(move |()| again.notify())/> }
    }
}

/// The log with a worker of its own.
#[component]
fn Followed(
    task: String,
    on_state: Option<Callback<TaskState>>,
    /// Begins anew, with another worker.
    on_again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let address = client::socket_url(&routes::fill(routes::TASK_LOG_STREAM, &[&task]));
    let link = LogLink::open(address);
    let snapshot = link.snapshot;
    let wrap = RwSignal::new(true);
    let follow = RwSignal::new(true);
    let frame = Frame::new();

    let rows = Memo::new(move |_| snapshot.with(|s| s.as_ref().map_or(0, |s| s.rows)));
    let lines = Memo::new(move |_| snapshot.with(|s| s.as_ref().map_or(0, |s| s.lines)));
    let seen = RwSignal::new(0_u64);
    let scroll = move || Scroll {
        rows: rows.get(),
        height: frame.height.get(),
        top: frame.top.get(),
    };

    // What is on screen, told to the worker whenever it changes.
    let view = Memo::new(move |_| {
        let cols = wrap.get().then(|| frame.columns.get());
        scroll().view(cols, follow.get())
    });
    Effect::new(move || link.tell(ToWorker::View(view.get())));
    // At the end the scroll bar follows, after the browser has laid out the new height.
    Effect::new(move || {
        rows.with(|_| ());
        frame.height.with(|_| ());
        if follow.get() {
            seen.set(lines.get());
            request_animation_frame(move || {
                // The reader may have scrolled up meanwhile.
                if follow.try_get_untracked() == Some(true) {
                    frame.to_end();
                }
            });
        }
    });
    Effect::new(move |before: Option<Option<TaskState>>| {
        let state = snapshot.with(|s| s.as_ref().and_then(|s| s.task));
        if let (Some(on_state), Some(state)) = (on_state, state)
            && before.flatten() != Some(state)
        {
            on_state.run(state);
        }
        state
    });

    let on_scroll = move |_| {
        let before = frame.top.get_untracked();
        frame.measure();
        let now = untrack(scroll);
        // Only a reader scrolls up: new rows move the end, not the position.
        if now.top < before - 1.0 && !now.at_end() {
            follow.set(false);
        } else if now.at_end() {
            follow.set(true);
        }
    };
    let copy = move |()| {
        spawn_local(async move {
            match link.text().await {
                Some(text) if copy_text(&text).await => toasts.say(t_string!(i18n, common.copied)),
                Some(_) => toasts.fail(t_string!(i18n, common.copy_failed)),
                None => toasts.fail(t_string!(i18n, log.too_long_to_copy)),
            }
        });
    };
    let busy = RwSignal::new(false);
    let id = StoredValue::new(task);
    let download = move |()| {
        busy.set(true);
        spawn_local(async move {
            let id = id.get_value();
            match client::tasks::log_blob(&id).await {
                Ok(blob) => save_blob(&blob, &format!("{id}.log")),
                Err(error) => {
                    let locale = i18n.get_locale_untracked();
                    toasts.fail(client::words::words(&error, locale));
                }
            }
            busy.try_set(false);
        });
    };
    let fresh = move || lines.get().saturating_sub(seen.get());
    let quiet = move || {
        snapshot.with(|s| {
            let s = s.as_ref()?;
            if s.has_output {
                return None;
            }
            // Nothing is said before it is known.
            match s.task? {
                _ if !s.caught_up => None,
                TaskState::Running => Some(t_string!(i18n, log.no_output_yet)),
                state if state.is_final() => {
                    (s.link == Link::Ended).then(|| t_string!(i18n, log.no_output))
                }
                _ => Some(t_string!(i18n, log.not_started)),
            }
        })
    };
    let dropped = move || {
        let lines = snapshot.with(|s| s.as_ref().map_or(0, |s| s.dropped));
        (lines > 0).then(|| t_string!(i18n, log.dropped, lines = lines))
    };
    let window_top = move || {
        let from = snapshot.with(|s| s.as_ref().map_or(0, |s| s.from));
        format!("translateY({}px)", scroll().place(from))
    };

    view! {
        <section class="log" aria-label=move || t_string!(i18n, log.title).to_owned()>
            <div class="log-bar">
                <LogStatus snapshot=snapshot on_retry=Callback::new(move |()| link.tell(ToWorker::Retry))/>
                <div class="log-tools">
                    <IconButton
                        icon=icons::LuWrapText
                        label=move || t_string!(i18n, log.wrap)
                        pressed=wrap
                        on_click=move |()| wrap.update(|on| *on = !*on)
                    />
                    <IconButton
                        icon=icons::LuCopy
                        label=move || t_string!(i18n, log.copy)
                        on_click=copy
                    />
                    <Button icon=icons::LuDownload busy=busy on_click=download>
                        {t!(i18n, log.download)}
                    </Button>
                </div>
            </div>
            {move || {
                link.broken
                    .get()
                    .then(|| {
                        view! { <ErrorNote message=move || t_string!(i18n, log.worker_failed) retry=on_again/> }
                    })
            }}
            {move || dropped().map(|text| view! { <p class="log-quiet">{text}</p> })}
            <div
                class="log-scroll"
                class:log-wrapped=wrap
                tabindex="0"
                role="region"
                aria-label=move || t_string!(i18n, log.lines).to_owned()
                node_ref=frame.element
                on:scroll=on_scroll
            >
                <span class="log-probe" aria-hidden="true" node_ref=frame.probe>
                    <span class="log-number"></span>
                    <span class="log-text">{"0".repeat(PROBE)}</span>
                </span>
                <div class="log-space" style:height=move || format!("{}px", scroll().total_height())>
                    <div class="log-window" style:transform=window_top>
                        <For
                            each=move || snapshot.with(|s| s.as_ref().map_or_else(Vec::new, |s| s.window.clone()))
                            key=row::key
                            children=row::show
                        />
                    </div>
                </div>
            </div>
            {move || quiet().map(|text| view! { <p class="log-quiet">{text}</p> })}
            {move || {
                (!follow.get())
                    .then(|| {
                        view! {
                            <div class="log-jump">
                                <Button icon=icons::LuArrowDown on_click=move |()| follow.set(true)>
                                    {move || match fresh() {
                                        0 => t_string!(i18n, log.to_end).to_owned(),
                                        count => t_string!(i18n, log.to_end_new, count = count),
                                    }}
                                </Button>
                            </div>
                        }
                    })
            }}
        </section>
    }
}

/// Characters of the piece of text that tells how wide one is.
const PROBE: usize = 100;

/// What the browser has laid out.
#[derive(Clone, Copy)]
struct Frame {
    element: NodeRef<Div>,
    probe: NodeRef<leptos::html::Span>,
    height: RwSignal<f64>,
    top: RwSignal<f64>,
    columns: RwSignal<u32>,
}

impl Frame {
    /// Measures now and whenever the size changes, until the component is gone.
    fn new() -> Self {
        let frame = Self {
            element: NodeRef::new(),
            probe: NodeRef::new(),
            height: RwSignal::new(20.0 * ROW),
            top: RwSignal::new(0.0),
            columns: RwSignal::new(80),
        };
        Effect::new(move || {
            let Some(element) = frame.element.get() else {
                return;
            };
            frame.measure();
            let measure = Closure::<dyn Fn()>::new(move || frame.measure());
            if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
                observer.observe(&element);
                let kept = SendWrapper::new((observer, measure));
                on_cleanup(move || kept.0.disconnect());
            }
        });
        frame
    }

    fn measure(self) {
        let Some(element) = self.element.try_get_untracked().flatten() else {
            return;
        };
        set_changed(self.height, f64::from(element.client_height()));
        set_changed(self.top, f64::from(element.scroll_top()));
        if let Some(probe) = self.probe.try_get_untracked().flatten()
            && let Some(text) = probe.last_element_child()
        {
            let columns = columns(&text, f64::from(element.client_width()));
            if columns != self.columns.get_untracked() {
                self.columns.set(columns);
            }
        }
    }

    fn to_end(self) {
        if let Some(element) = self.element.try_get_untracked().flatten() {
            element.set_scroll_top(element.scroll_height());
            set_changed(self.top, f64::from(element.scroll_top()));
        }
    }
}

/// How many characters fit beside the numbers.
fn columns(text: &Element, width: f64) -> u32 {
    let box_ = text.get_bounding_client_rect();
    let character = box_.width() / PROBE as f64;
    let start = text.parent_element().map_or(0.0, |line| {
        box_.left() - line.get_bounding_client_rect().left()
    });
    if character <= 0.0 {
        return 80;
    }
    // A character's width is left free, so that rounding never clips one.
    (((width - start) / character) - 1.0).clamp(20.0, 2_000.0) as u32
}

fn set_changed(signal: RwSignal<f64>, value: f64) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}
