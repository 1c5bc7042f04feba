//! Clones in steps, in memory: whoever's task a restart loses asks for another.
//!
//! Nothing is prepared in these steps, as the zip is built while it is sent: the CLI is told what it waits for.

use super::busy;
use crate::error::ApiError;
use crate::ids;
use crate::modules::ModuleRow;
use api::Time;
use std::collections::HashMap;
use std::sync::Mutex;

/// Most tasks of one user; the oldest makes room.
const EACH: usize = 8;
/// Most tasks of all users.
const ALL: usize = 1000;
/// Seconds until a task is forgotten.
const LIFETIME: i64 = 600;

#[derive(Debug)]
struct Entry {
    user: String,
    project: String,
    module: String,
    /// The next answer.
    next: Next,
    /// Whether the zip was not fetched yet.
    open: bool,
    begun: Time,
}

#[derive(Clone, Copy, Debug)]
enum Next {
    Started,
    Success,
    Over,
}

/// What a poll is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It has begun, with this version.
    Started(String),
    /// The zip can be fetched.
    Success,
    /// There is nothing more to wait for: the CLI polls for ever unless it is told so, and does not fetch a zip for
    /// which it has no room.
    Over,
}

/// Tasks that were begun and have not expired.
#[derive(Debug, Default)]
pub(super) struct Steps {
    all: Mutex<HashMap<String, Entry>>,
}

impl Steps {
    /// A new task of this user.
    ///
    /// # Errors
    /// 503 when there are too many.
    pub(super) fn begin(
        &self,
        user: &str,
        module: &ModuleRow,
        now: Time,
    ) -> Result<String, ApiError> {
        let mut all = self.lock(now);
        let mine = |(id, entry): (&String, &Entry)| {
            (entry.user == user).then(|| (entry.begun, id.clone()))
        };
        let mut old: Vec<(Time, String)> = all.iter().filter_map(mine).collect();
        old.sort_unstable();
        for (_, id) in old.iter().rev().skip(EACH - 1) {
            all.remove(id);
        }
        if all.len() >= ALL {
            return Err(busy("too many projects are being cloned"));
        }
        let id = ids::new_id();
        let entry = Entry {
            user: user.to_owned(),
            project: module.entity_id.clone(),
            module: module.id.clone(),
            next: Next::Started,
            open: true,
            begun: now,
        };
        all.insert(id.clone(), entry);
        Ok(id)
    }

    /// What comes next of this user's task on this project; none when there is no such task.
    pub(super) fn tell(&self, task: &str, user: &str, project: &str, now: Time) -> Option<Told> {
        let mut all = self.lock(now);
        let entry = find(&mut all, task, user, project)?;
        let (told, next) = match entry.next {
            Next::Started => (Told::Started(entry.module.clone()), Next::Success),
            Next::Success => (Told::Success, Next::Over),
            Next::Over => (Told::Over, Next::Over),
        };
        entry.next = next;
        Some(told)
    }

    /// The version whose zip this task is for, once.
    pub(super) fn take(&self, task: &str, user: &str, project: &str, now: Time) -> Option<String> {
        let mut all = self.lock(now);
        let entry = find(&mut all, task, user, project)?;
        entry.next = Next::Over;
        std::mem::take(&mut entry.open).then(|| entry.module.clone())
    }

    /// What has not expired.
    fn lock(&self, now: Time) -> std::sync::MutexGuard<'_, HashMap<String, Entry>> {
        // The map is whole after any panic: each change is one call.
        let mut all = self.all.lock().unwrap_or_else(|poison| poison.into_inner());
        all.retain(|_, entry| entry.begun.0 + LIFETIME * 1_000_000 > now.0);
        all
    }
}

fn find<'a>(
    all: &'a mut HashMap<String, Entry>,
    task: &str,
    user: &str,
    project: &str,
) -> Option<&'a mut Entry> {
    all.get_mut(task)
        .filter(|entry| entry.user == user && entry.project == project)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(id: &str) -> ModuleRow {
        ModuleRow {
            id: id.into(),
            entity_id: "P".into(),
            name: "p".into(),
            kind: "code".into(),
            owner_id: "U".into(),
            owner: "u".into(),
            permission: 0,
            version: 1,
            state: "valid".into(),
            description: String::new(),
            family_id: None,
            codehash: None,
            size_bytes: 0,
            files: 0,
            reason: None,
            created_at: 0,
            base: None,
            added: None,
            changed: None,
            removed: None,
            unchanged: None,
        }
    }

    #[test]
    fn the_cli_is_led_to_the_end() {
        let (steps, now) = (Steps::default(), Time(0));
        let task = steps.begin("U", &module("M"), now).unwrap();
        let tell = || steps.tell(&task, "U", "P", now).unwrap();
        assert_eq!(tell(), Told::Started("M".into()));
        assert_eq!(tell(), Told::Success);
        assert_eq!(steps.take(&task, "U", "P", now).as_deref(), Some("M"));
        assert_eq!(steps.take(&task, "U", "P", now), None, "once");
        assert_eq!(tell(), Told::Over);
    }

    #[test]
    fn a_task_is_its_user_s_and_its_project_s() {
        let (steps, now) = (Steps::default(), Time(0));
        let task = steps.begin("U", &module("M"), now).unwrap();
        for (task, user, project) in [(&*task, "V", "P"), (&task, "U", "Q"), ("none", "U", "P")] {
            assert_eq!(steps.tell(task, user, project, now), None);
            assert_eq!(steps.take(task, user, project, now), None);
        }
        let late = Time(LIFETIME * 1_000_000);
        assert_eq!(steps.tell(&task, "U", "P", late), None, "expired");
        assert!(steps.all.lock().unwrap().is_empty());
    }

    #[test]
    fn their_number_is_bounded() {
        let steps = Steps::default();
        let first = steps.begin("U", &module("M"), Time(0)).unwrap();
        for n in 1..=EACH as i64 {
            steps.begin("U", &module("M"), Time(n)).unwrap();
        }
        assert_eq!(steps.tell(&first, "U", "P", Time(9)), None);
        assert_eq!(steps.all.lock().unwrap().len(), EACH);
        for n in EACH..ALL {
            steps
                .begin(&format!("V{n}"), &module("M"), Time(9))
                .unwrap();
        }
        let error = steps.begin("W", &module("M"), Time(9)).unwrap_err();
        assert_eq!(error.problem.reason, api::Reason::Busy);
    }
}
