//! The form survives a reload: what is filled in is kept as long as the tab.

use super::fields::Filled;
use crate::json;
use crate::prefs;
use api::module::Module;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    filled: Filled,
    /// What was sent last, and the key it was sent with: sent again unchanged it is the same task.
    sent: Option<(Filled, String)>,
}

/// Where the form is kept. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Keep {
    name: StoredValue<String>,
    fresh: StoredValue<Filled>,
    kept: StoredValue<Option<Kept>>,
}

impl Keep {
    /// Under this name. What was kept of a version that is gone begins with the one of the fresh form.
    pub fn new(name: String, fresh: &Filled, versions: &[Module]) -> Self {
        let text = prefs::drafted(&name);
        let mut kept: Option<Kept> = text.and_then(|text| json::read(&text).ok());
        if let Some(kept) = &mut kept
            && versions
                .iter()
                .all(|module| module.id != kept.filled.module_id)
        {
            kept.filled.module_id = fresh.module_id.clone();
        }
        Self {
            name: StoredValue::new(name),
            fresh: StoredValue::new(fresh.clone()),
            kept: StoredValue::new(kept),
        }
    }

    /// What was filled in before, where it is not how the form begins anyway.
    pub fn restored(self) -> Option<Filled> {
        let filled = self
            .kept
            .with_value(|kept| Some(kept.as_ref()?.filled.clone()))?;
        self.fresh
            .with_value(|fresh| filled != *fresh)
            .then_some(filled)
    }

    /// Something was changed.
    pub fn change(self, filled: Filled) {
        let sent = self.kept.with_value(|kept| kept.as_ref()?.sent.clone());
        self.write(Kept { filled, sent });
    }

    /// The key to send this with.
    pub fn key(self, filled: &Filled) -> String {
        let sent = self.kept.with_value(|kept| kept.as_ref()?.sent.clone());
        let key = match sent {
            Some((last, key)) if last == *filled => key,
            _ => new_key(),
        };
        // Before it is sent: the answer may be lost with the page.
        self.write(Kept {
            filled: filled.clone(),
            sent: Some((filled.clone(), key.clone())),
        });
        key
    }

    /// The task was started, or the form begins anew.
    pub fn forget(self) {
        if self.kept.try_set_value(None).is_none() {
            self.name.with_value(|name| prefs::draft(name, None));
        }
    }

    fn write(self, kept: Kept) {
        let text = serde_json::to_string(&kept).ok();
        self.name
            .with_value(|name| prefs::draft(name, text.as_deref()));
        self.kept.set_value(Some(kept));
    }
}

/// 32 hexadecimal digits that nobody else has.
fn new_key() -> String {
    let random = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    [(); 4].map(|()| format!("{:08x}", random())).concat()
}
