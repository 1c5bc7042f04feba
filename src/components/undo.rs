//! After a deletion: a message from which it can be taken back.

use crate::client::trash;
use crate::client::words::words;
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{Toasts, use_toasts};
use api::trash::{TrashKind, Trashed};
use leptos::task::spawn_local;
use std::sync::Arc;

/// Where something that was restored is.
pub fn restored_at(thing: &Trashed) -> Route {
    let (owner, name) = (thing.owner.as_str(), thing.name.as_str());
    match (thing.kind, thing.module_type) {
        (TrashKind::Project, _) => Route::project(owner, name),
        (TrashKind::Dataset, _) => Route::dataset(owner, name),
        (TrashKind::Task, _) => Route::task(&thing.id),
        (TrashKind::Version, Some(api::module::ModuleType::Code)) => Route::project(owner, name),
        (TrashKind::Version, _) => Route::dataset(owner, name),
    }
}

/// Tells of deletions. `Copy`; works on when the page that asked for it is gone.
#[derive(Clone, Copy)]
pub struct Undo {
    i18n: leptos_i18n::I18nContext<Locale>,
    toasts: Toasts,
}

/// Tells of deletions.
pub fn use_undo() -> Undo {
    Undo {
        i18n: use_i18n(),
        toasts: use_toasts(),
    }
}

impl Undo {
    /// Tells that `name` with this id is in the trash, and restores it on request; `then` runs after that.
    pub fn offer(self, name: String, id: String, then: impl Fn() + Send + Sync + 'static) {
        let Self { i18n, toasts } = self;
        let locale = i18n.get_locale_untracked();
        let moved = td_string!(locale, manage.moved, name = name.clone());
        let then = Arc::new(then);
        let undo = move || {
            let (name, id, then) = (name.clone(), id.clone(), Arc::clone(&then));
            let locale = i18n.get_locale_untracked();
            spawn_local(async move {
                match trash::restore(&id, None).await {
                    Ok(thing) => {
                        then();
                        let href = restored_at(&thing).href();
                        let said = td_string!(locale, manage.restored, name = name);
                        toasts.say_with_link(said, td_string!(locale, manage.open), href);
                    }
                    Err(error) => {
                        let why = words(&error, locale);
                        toasts.fail(td_string!(
                            locale,
                            manage.undo_failed,
                            name = name,
                            why = why
                        ));
                    }
                }
            });
        };
        let link = (
            td_string!(locale, manage.trash).to_owned(),
            Route::Trash.href(),
        );
        let label = td_string!(locale, manage.undo).to_owned();
        toasts.say_with_undo(moved, (label, Arc::new(undo)), link);
    }
}
