//! The datasets a task will see, as the form holds them. Nothing here knows of the browser.

use api::dataset::Dataset;
use api::module::Module;
use api::{Reason, limits, name};
use serde::{Deserialize, Serialize};

/// A dataset version that was chosen and the name it is mounted under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Tells it from the others of the form, also from the same version chosen twice.
    pub key: u32,
    /// The dataset's owner.
    pub owner: String,
    /// The dataset's name.
    pub name: String,
    /// Id of the dataset.
    pub entity_id: String,
    /// Id of the version.
    pub module_id: String,
    /// Number of the version.
    pub version: i64,
    /// It appears as `/input/<mount>`.
    pub mount: String,
}

impl Chosen {
    /// The newest version of a dataset; none when it has no valid one.
    pub fn newest(dataset: &Dataset) -> Option<Self> {
        Some(Self {
            key: 0,
            owner: dataset.owner.clone(),
            name: dataset.name.clone(),
            entity_id: dataset.id.clone(),
            module_id: dataset.latest_module_id.clone()?,
            version: dataset.latest_version,
            mount: default_mount(&dataset.name, dataset.latest_version),
        })
    }

    /// A version.
    pub fn version(module: &Module) -> Self {
        Self {
            key: 0,
            owner: module.owner.clone(),
            name: module.name.clone(),
            entity_id: module.entity_id.clone(),
            module_id: module.id.clone(),
            version: module.version,
            mount: default_mount(&module.name, module.version),
        }
    }

    /// The same dataset in another version; the mount name follows unless it was changed by hand.
    pub fn switch(&mut self, module: &Module) {
        if self.mount == default_mount(&self.name, self.version) {
            self.mount = default_mount(&self.name, module.version);
        }
        self.module_id = module.id.clone();
        self.version = module.version;
    }

    /// The form of the request: `<version id>:<mount>`.
    pub fn data_id(&self) -> String {
        format!("{}:{}", self.module_id, self.mount)
    }
}

/// The name the CLI would mount it under.
fn default_mount(name: &str, version: i64) -> String {
    format!("{name}-{version}")
}

/// Adds one more, under a name that is still free, unless there are as many as a task can mount.
pub fn add(chosen: &mut Vec<Chosen>, mut new: Chosen) {
    if !has_room(chosen) {
        return;
    }
    let taken = |mount: &str| chosen.iter().any(|other| other.mount == mount);
    if taken(&new.mount) {
        let wish = std::mem::take(&mut new.mount);
        let free = (2..)
            .map(|n| format!("{wish}-{n}"))
            .find(|mount| !taken(mount));
        new.mount = free.unwrap_or(wish);
    }
    new.key = chosen
        .iter()
        .map(|other| other.key)
        .max()
        .map_or(1, |key| key + 1);
    chosen.push(new);
}

/// What is wrong with a mount name, if anything.
pub fn fault(chosen: &[Chosen], key: u32) -> Option<Reason> {
    let mount = &chosen.iter().find(|other| other.key == key)?.mount;
    if mount.is_empty() {
        return Some(Reason::Missing);
    }
    if let Err(reason) = name::check_mount(mount) {
        return Some(reason);
    }
    let twice = chosen.iter().filter(|other| other.mount == *mount).count() > 1;
    twice.then_some(Reason::MountTaken)
}

/// Whether one more dataset may be chosen.
pub fn has_room(chosen: &[Chosen]) -> bool {
    chosen.len() < limits::MOUNTS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(name: &str, version: i64) -> Chosen {
        Chosen {
            key: 0,
            owner: "alice".into(),
            name: name.into(),
            entity_id: "8e".into(),
            module_id: version.to_string(),
            version,
            mount: default_mount(name, version),
        }
    }

    #[test]
    fn the_same_dataset_twice_gets_another_name() {
        let mut chosen = Vec::new();
        for _ in 0..3 {
            add(&mut chosen, version("iris", 1));
        }
        let mounts: Vec<_> = chosen.iter().map(|c| c.mount.as_str()).collect();
        assert_eq!(mounts, ["iris-1", "iris-1-2", "iris-1-3"]);
        let keys: Vec<_> = chosen.iter().map(|c| c.key).collect();
        assert_eq!(keys, [1, 2, 3]);
        assert_eq!(chosen[0].data_id(), "1:iris-1");
    }

    #[test]
    fn faults_are_told_at_the_name() {
        let mut chosen = Vec::new();
        add(&mut chosen, version("iris", 1));
        add(&mut chosen, version("mnist", 1));
        assert_eq!((fault(&chosen, 1), fault(&chosen, 2)), (None, None));
        chosen[1].mount = "iris-1".into();
        assert_eq!(fault(&chosen, 1), Some(Reason::MountTaken));
        assert_eq!(fault(&chosen, 2), Some(Reason::MountTaken));
        chosen[1].mount = String::new();
        assert_eq!(fault(&chosen, 2), Some(Reason::Missing));
        chosen[1].mount = "../x".into();
        assert_eq!(fault(&chosen, 2), Some(Reason::IllegalName));
        assert_eq!((fault(&chosen, 1), fault(&chosen, 9)), (None, None));
    }

    #[test]
    fn five_are_enough() {
        let mut chosen = Vec::new();
        for _ in 0..7 {
            add(&mut chosen, version("iris", 1));
        }
        assert_eq!(chosen.len(), 5);
        assert!(!has_room(&chosen));
    }
}
