//! The question before a version is deleted: what goes, and what takes its place.

use super::{EntityContext, Kind, use_entity};
use crate::client::{modules, trash};
use crate::components::load::load;
use crate::components::submit::{Submit, SubmitError};
use crate::components::undo::use_undo;
use crate::format;
use crate::i18n::*;
use crate::ui::{ConfirmDialog, use_toasts};
use api::module::{Module, ModuleState};
use api::trash::until;
use leptos::prelude::*;

/// What becomes of the newest version when one is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// It stays what it is.
    Same,
    /// Another one takes its place.
    Next(i64),
    /// There is none any more.
    Nothing,
}

fn after(list: &[Module], gone: &Module) -> After {
    let valid = |module: &&Module| module.state == ModuleState::Valid;
    let newest = list.iter().filter(valid).map(|module| module.version).max();
    if newest != Some(gone.version) {
        return After::Same;
    }
    let rest = list
        .iter()
        .filter(valid)
        .filter(|module| module.id != gone.id);
    rest.map(|module| module.version)
        .max()
        .map_or(After::Nothing, After::Next)
}

/// The deletion that is asked about. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Deletion {
    /// The version; stays until the next question, so that the dialog keeps its words while it closes.
    of: RwSignal<Option<Module>>,
    open: RwSignal<bool>,
    submit: Submit,
}

impl Deletion {
    /// Nothing is asked yet.
    pub(super) fn new() -> Self {
        Self {
            of: RwSignal::new(None),
            open: RwSignal::new(false),
            submit: Submit::new(&[]),
        }
    }

    /// Asks whether a version shall be deleted.
    pub(super) fn ask(self, module: Module) {
        self.submit.mend();
        self.of.set(Some(module));
        self.open.set(true);
    }
}

/// The dialog.
#[component]
pub(super) fn DeleteVersion(
    /// What it asks about.
    deletion: Deletion,
    /// All versions.
    list: Signal<Vec<Module>>,
    /// After the version has been deleted.
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let undo = use_undo();
    let toasts = use_toasts();
    let EntityContext { entity, .. } = use_entity();
    let Deletion { of, open, submit } = deletion;
    let number = Signal::derive(move || {
        of.with(|module| module.as_ref().map_or(0, |module| module.version))
    });
    let title = move || {
        let path = entity.with(|entity| entity.path());
        t_string!(
            i18n,
            entity.delete_version.title,
            version = number.get(),
            path = path
        )
        .to_string()
    };
    let verb = move || t_string!(i18n, entity.delete_version.confirm).to_string();
    let confirm = move |()| {
        let Some(module) = of.get_untracked() else {
            return;
        };
        let name = untrack(|| {
            let path = entity.with(|entity| entity.path());
            t_string!(i18n, manage.version, version = module.version, path = path)
        });
        let (id, valid) = (module.id.clone(), module.state == ModuleState::Valid);
        let done =
            untrack(|| t_string!(i18n, entity.delete_version.done, version = module.version));
        submit.run(
            async move { modules::delete(&module.id).await },
            move |()| {
                open.set(false);
                match valid {
                    // The page may be gone when it is restored.
                    true => undo.offer(name, id, move || {
                        on_done.try_run(());
                    }),
                    false => toasts.say(done),
                }
                on_done.run(());
            },
        );
    };
    view! {
        <ConfirmDialog open=open title=title action=verb danger=true busy=submit.pending on_confirm=confirm>
            <Consequences of=of list=list/>
            <SubmitError submit=submit/>
        </ConfirmDialog>
    }
}

#[component]
fn Consequences(of: RwSignal<Option<Module>>, list: Signal<Vec<Module>>) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let text = move || {
        let module = of.get()?;
        let files = format::number(module.files);
        let size = format::bytes(module.size_bytes);
        Some(t_string!(i18n, entity.delete_version.text, files = files, size = size).to_string())
    };
    let next = move || {
        let module = of.get()?;
        match list.with(|list| after(list, &module)) {
            After::Same => None,
            After::Next(next) => {
                Some(t_string!(i18n, entity.delete_version.latest, next = next).to_string())
            }
            After::Nothing => Some(match kind {
                Kind::Project => t_string!(i18n, entity.delete_version.only).to_string(),
                Kind::Dataset => t_string!(i18n, entity.delete_version.only_data).to_string(),
            }),
        }
    };
    let valid = move || of.get().filter(|module| module.state == ModuleState::Valid);
    let asked = load(move || {
        let id = valid().map(|module| module.id);
        async move {
            match id {
                Some(id) => trash::dependents(&id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let in_use = move || {
        let found = asked.data.get().flatten()?;
        let count = found.active + found.mounts + found.foreign_active;
        (count > 0).then(|| {
            let words = t_string!(i18n, manage.version_in_use, count = format::number(count));
            view! { <p class="field-error">{words}</p> }
        })
    };
    let restorable = move || {
        valid().map(|_| {
            let until = format::absolute(until(format::now()), i18n.get_locale());
            let words = t_string!(i18n, manage.restorable, until = until);
            view! { <p>{words}</p> }
        })
    };
    view! {
        <p>{text}</p>
        {move || next().map(|next| view! { <p>{next}</p> })}
        {in_use}
        {restorable}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;
    use api::module::ModuleType;

    fn module(version: i64, state: ModuleState) -> Module {
        Module {
            id: version.to_string(),
            name: "iris".into(),
            date_created: Time(0),
            size: 0,
            version,
            state,
            description: String::new(),
            module_type: ModuleType::Data,
            family_id: None,
            entity_id: "8e".into(),
            codehash: None,
            enable_tensorboard: false,
            size_bytes: 1,
            files: 1,
            reason: None,
            owner: "alice".into(),
            changes: None,
        }
    }

    #[test]
    fn the_next_usable_version_takes_the_newest_s_place() {
        use ModuleState::*;
        let list = [
            module(4, Failed),
            module(3, Valid),
            module(2, Uploading),
            module(1, Valid),
        ];
        assert_eq!(after(&list, &list[0]), After::Same);
        assert_eq!(after(&list, &list[1]), After::Next(1));
        assert_eq!(after(&list, &list[3]), After::Same);
        assert_eq!(after(&list[1..3], &list[1]), After::Nothing);
    }
}
