//! Choosing what is uploaded: drop or pick files and folders, see what will go, start.

mod anywhere;
mod compared;
mod preview;

use crate::client::words::reason_words;
use crate::components::lazy::{self, Part};
use crate::components::pick_button::PickButton;
use crate::components::upload_again::{pick_words, reading_words};
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Checkbox, ErrorNote, Icon, Look, Skeleton, TextInput, icons};
use crate::uploads::compare::{Comparison, Sum};
use crate::uploads::comparing::Compared;
use crate::uploads::pick::{Offer, PickError, Picked};
use crate::uploads::selection::{Selection, Wishes, rules_file, select};
use crate::uploads::{Target, Upload, use_uploads};
use anywhere::use_dropped_files;
use api::limits;
use api::module::ModuleType;
use engine::ignore::{self, Ignore};
use futures::lock::Mutex;
use leptos::context::Provider;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{DataTransfer, File};
use preview::Choice;
pub use preview::choice;
use send_wrapper::SendWrapper;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;

/// Drop area, list of what will go, remark, and the button that starts the upload.
#[component]
pub fn DropZone(
    /// What the upload makes a version of.
    #[prop(into)]
    target: Signal<Target>,
    /// Hears of the upload when it is in the queue; the dock shows it from then on.
    #[prop(into)]
    on_added: Callback<Upload>,
) -> impl IntoView {
    let i18n = use_i18n();
    let uploads = use_uploads();
    let picked = RwSignal::new(SendWrapper::new(Picked::default()));
    let rules = RwSignal::new(Ignore::default());
    let obey = RwSignal::new(true);
    let unpack = RwSignal::new(true);
    let leave = RwSignal::new(false);
    let remark = RwSignal::new(String::new());
    let under_way = RwSignal::new(0_u32);
    let reading = Signal::derive(move || under_way.get() > 0);
    let trouble = RwSignal::new(None::<Trouble>);
    let is_code = Memo::new(move |_| target.with(|target| target.kind == ModuleType::Code));

    let selection = Memo::new(move |_| {
        let obeyed = is_code.get() && obey.get();
        picked.with(|picked| {
            let none = Ignore::default();
            rules.with(|rules| {
                let rules = if obeyed { rules } else { &none };
                let wishes = Wishes {
                    unpack: unpack.get(),
                    leave_refused: leave.get(),
                };
                select(&picked.chosen, &picked.folders, rules, wishes)
            })
        })
    });
    let compared = RwSignal::new(Compared::Nothing);
    let problem = Memo::new(move |_| {
        let kind = target.with(|target| target.kind);
        picked.with(|picked| selection.with(|selection| selection.problem(&picked.chosen, kind)))
    });
    let count = move |of: fn(&Selection) -> usize| selection.with(of);
    let number = move |of: fn(&Selection) -> usize| format::number(count(of) as u64);
    let nothing = move || picked.with(|picked| picked.files.is_empty());

    // One choice after the other is added to what is there, however long each takes to read.
    let turn = StoredValue::new_local(Rc::new(Mutex::new(())));
    let add = move |more: Picked| async move {
        let Some(turn) = turn.try_get_value() else {
            return;
        };
        let _turn = turn.lock().await;
        // In place: they may be a hundred thousand.
        picked.try_update_untracked(|all| all.merge(more));
        if is_code.get_untracked() {
            let own = picked.try_with_untracked(|all| own_rules(all));
            let read = read_rules(own.flatten()).await;
            rules.try_update_untracked(|rules| *rules = read);
        }
        picked.try_update(|_| {});
    };
    let take = move |more: Result<Picked, PickError>| async move {
        match more {
            Ok(more) if more.files.is_empty() => drop(trouble.try_set(Some(Trouble::Nothing))),
            Ok(more) => add(more).await,
            Err(error) => drop(trouble.try_set(Some(Trouble::Pick(error)))),
        }
        under_way.try_update(|count| *count -= 1);
    };
    let looked = RwSignal::new(0_usize);
    let begin = move || {
        trouble.set(None);
        looked.set(0);
        under_way.update(|count| *count += 1);
    };
    // The reader may have left the page meanwhile.
    let tell = move |files| {
        looked.try_set(files);
    };
    let on_pick = move |offer: Offer| {
        begin();
        spawn_local(async move { take(offer.read(tell).await).await });
    };
    let over = use_dropped_files(move |transfer: DataTransfer| on_pick(Offer::of_drop(&transfer)));
    let remark_error = Signal::derive(move || {
        let reason = remark
            .with(|remark| api::name::check_description(remark))
            .err()?;
        Some(reason_words(reason, i18n.get_locale()))
    });
    let start = move |()| {
        let added = picked.with_untracked(|picked| {
            selection.with_untracked(|selection| {
                compared.with_untracked(|compared| {
                    uploads.add(
                        target.get_untracked(),
                        picked,
                        selection,
                        compared.known(),
                        remark.get_untracked().trim(),
                    )
                })
            })
        });
        match added {
            Some(upload) => {
                uploads.show();
                picked.set(SendWrapper::new(Picked::default()));
                remark.set(String::new());
                on_added.run(upload);
            }
            None => trouble.set(Some(Trouble::Pick(PickError::TooMany))),
        }
    };
    let on_clear = Callback::new(move |()| {
        picked.set(SendWrapper::new(Picked::default()));
        trouble.set(None);
    });
    lazy::ahead(Part::Choice);
    lazy::ahead(Part::Dock);
    let blocked = Signal::derive(move || {
        let locale = i18n.get_locale();
        problem
            .get()
            .map(|(reason, _)| reason_words(reason, locale))
            .or_else(|| remark_error.get())
    });

    view! {
        <div class="drop">
            <div class="drop-area" class:drop-over=over>
                <Icon icon=icons::LuUpload/>
                <p class="drop-words">{t!(i18n, upload.drop_here)}</p>
                <p class="drop-limits">{move || limits_words(target.with(|target| target.kind), i18n)}</p>
                <div class="drop-buttons">
                    <PickButton folder=true label=move || t_string!(i18n, upload.choose_folder) on_pick=on_pick/>
                    <PickButton folder=false label=move || t_string!(i18n, upload.choose_files) on_pick=on_pick/>
                </div>
            </div>
            <p class="sr-only" role="status">
                {move || reading.get().then(|| t_string!(i18n, upload.reading).to_owned())}
            </p>
            <Show when=move || reading.get()>
                // Beside what is told once: it counts.
                <p class="drop-limits" aria-hidden="true">
                    {move || reading_words(looked.get(), i18n.get_locale())}
                </p>
            </Show>
            {move || trouble.get().map(|error| view! { <ErrorNote message=move || trouble_words(&error, i18n.get_locale())/> })}
            <Show when=move || !nothing()>
                <Show when=move || is_code.get() && (!obey.get() || count(|s| s.ignored.len()) > 0)>
                    <Checkbox name="obey" value=obey>
                        {move || t_string!(i18n, upload.obey_rules, count = number(|s| s.ignored.len()))}
                    </Checkbox>
                </Show>
                <Show when=move || { count(|s| s.archives) > 0 }>
                    <Checkbox name="unpack" value=unpack>
                        {move || t_string!(i18n, upload.unpack, count = number(|s| s.archives))}
                    </Checkbox>
                </Show>
                <Show when=move || { count(|s| s.refused.len()) > 0 }>
                    <Checkbox name="leave" value=leave>
                        {move || t_string!(i18n, upload.leave_refused, count = number(|s| s.refused.len()))}
                    </Checkbox>
                </Show>
                <Provider value=Choice { target, picked, selection, compared, on_clear }>
                    {lazy::part_or(Part::Choice, || view! { <Skeleton lines=4/> }.into_any())}
                </Provider>
                {move || {
                    problem
                        .get()
                        .map(|(reason, path)| {
                            let words = reason_words(reason, i18n.get_locale());
                            view! {
                                <ErrorNote message=words>
                                    {path.map(|path| view! { <code><bdi>{format::visible(&path)}</bdi></code> })}
                                </ErrorNote>
                            }
                        })
                }}
                <TextInput
                    name="remark"
                    label=move || t_string!(i18n, upload.remark)
                    note=move || t_string!(i18n, common.optional)
                    hint=Signal::derive(move || Some(t_string!(i18n, upload.remark_hint).to_owned()))
                    error=remark_error
                    value=remark
                />
                <Button look=Look::Main icon=icons::LuUpload busy=reading disabled=Signal::derive(move || blocked.get().is_some()) title=blocked on_click=start>
                    {move || {
                        let all = selection.with(|selection| Sum { files: selection.files.len(), bytes: selection.bytes });
                        compared.with(|compared| start_words(all, compared, i18n.get_locale()))
                    }}
                </Button>
            </Show>
        </div>
    }
}

/// What the button does: how much is sent, of how much.
fn start_words(all: Sum, compared: &Compared, locale: Locale) -> String {
    let count = format::number(all.files as u64);
    let known = compared.known().filter(|comparison| comparison.is_listed());
    let Some(sent) = known.map(Comparison::sent) else {
        let bytes = format::bytes(all.bytes);
        return td_string!(locale, upload.start, count = count, bytes = bytes);
    };
    if sent.files == 0 {
        return td_string!(locale, upload.start_nothing).to_owned();
    }
    let (sent, bytes) = (format::number(sent.files as u64), format::bytes(sent.bytes));
    td_string!(
        locale,
        upload.start_some,
        sent = sent,
        count = count,
        bytes = bytes
    )
}

/// The file with the rules of the folder that was chosen, if there is one.
fn own_rules(picked: &Picked) -> Option<File> {
    let at = rules_file(&picked.chosen, &picked.folders)?;
    picked.files.get(at).cloned()
}

/// The rules in a file, or the ones every new project has.
async fn read_rules(file: Option<File>) -> Ignore {
    let own = match file {
        Some(file) => text_of(&file).await,
        None => None,
    };
    Ignore::parse(own.as_deref().unwrap_or(ignore::DEFAULT))
}

async fn text_of(file: &File) -> Option<String> {
    let head = file
        .slice_with_f64_and_f64(0.0, ignore::BYTES_MAX as f64)
        .ok()?;
    JsFuture::from(head.text()).await.ok()?.as_string()
}

fn limits_words(kind: ModuleType, i18n: leptos_i18n::I18nContext<Locale>) -> String {
    let bytes = format::bytes(limits::module_bytes(kind));
    let count = format::number(limits::FILES_MAX as u64);
    t_string!(i18n, upload.limits, bytes = bytes, count = count)
}

/// Why nothing was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    Pick(PickError),
    /// A folder without a file in it.
    Nothing,
}

fn trouble_words(trouble: &Trouble, locale: Locale) -> String {
    match trouble {
        Trouble::Pick(error) => pick_words(error, locale),
        Trouble::Nothing => td_string!(locale, upload.nothing_in_it).to_owned(),
    }
}
