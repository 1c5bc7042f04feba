//! What the form needs to know before it can be shown.

use crate::client::{ClientError, environments, modules, projects, tasks};
use crate::components::mount_picker::{Chosen, add};
use api::environment::Environments;
use api::module::{Module, ModuleState, ModuleType};
use api::project::Project;
use api::task::{Task, TaskQuery};

/// What the address says the form is to begin with; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presets {
    /// Id of a task to run again.
    pub task: String,
    /// Id of a code version.
    pub module: String,
    /// Ids of dataset versions, separated by commas.
    pub data: String,
}

/// What the form is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// The project.
    pub project: Project,
    /// Its valid versions, newest first.
    pub versions: Vec<Module>,
    /// What tasks can run in.
    pub environments: Environments,
    /// The task to begin with: the one to run again, else the project's last.
    pub model: Option<Task>,
    /// Whether that task was asked for: then its version and datasets are taken too.
    pub again: bool,
    /// Id of the code version asked for, if there is such a one.
    pub module_id: Option<String>,
    /// The datasets to begin with.
    pub chosen: Vec<Chosen>,
    /// Datasets that cannot be used.
    pub refused: Vec<Refused>,
    /// Id of the task asked for, when it cannot be read or is another project's.
    pub missing: Option<String>,
    /// Number of its code version, when that was deleted.
    pub version_gone: Option<i64>,
}

/// A dataset that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The address asks for it by this id.
    Asked(String),
    /// The task to run again mounted it; what it is called.
    Mounted(String),
}

/// Asks for all of it.
///
/// # Errors
/// Those of the requests; a dataset that cannot be used is none, it is told in the form.
pub async fn gather(user: &str, name: &str, presets: Presets) -> Result<Material, ClientError> {
    let (project, environments) =
        futures::try_join!(projects::get(user, name), environments::get())?;
    let newest = TaskQuery {
        project: Some(project.id.clone()),
        page_size: Some(1),
        ..TaskQuery::default()
    };
    let (versions, last) = futures::try_join!(
        modules::list(ModuleType::Code, &project.id),
        tasks::list(&newest)
    )?;
    let versions: Vec<Module> = versions
        .list
        .into_iter()
        .filter(|module| module.state == ModuleState::Valid)
        .collect();
    let again = match presets.task.as_str() {
        "" => None,
        id => tasks::get(id)
            .await
            .ok()
            .filter(|task| task.project_id == project.id),
    };
    let asked_again = again.is_some();
    let model = again.or_else(|| last.list.into_iter().next());
    let mounted = model
        .as_ref()
        .filter(|_| asked_again || presets.data.is_empty());
    let (chosen, mut refused) = datasets(mounted, &presets.data).await;
    if !asked_again {
        // The last run is a suggestion: what is gone of it is not missed.
        refused.retain(|refused| matches!(refused, Refused::Asked(_)));
    }
    let source = model.as_ref().filter(|_| asked_again);
    let wanted = source.map_or(presets.module.clone(), |task| task.module_id.clone());
    let module_id = versions
        .iter()
        .map(|module| module.id.clone())
        .find(|id| *id == wanted);
    let missing = (!asked_again && !presets.task.is_empty()).then_some(presets.task);
    let version_gone = source
        .filter(|_| module_id.is_none())
        .map(|task| task.code_version);
    Ok(Material {
        project,
        versions,
        environments,
        again: asked_again,
        model,
        module_id,
        chosen,
        refused,
        missing,
        version_gone,
    })
}

/// The datasets of a task, then those of the address.
async fn datasets(model: Option<&Task>, ids: &str) -> (Vec<Chosen>, Vec<Refused>) {
    let (mut chosen, mut refused) = (Vec::new(), Vec::new());
    let mounts = model.map(|task| task.data.clone()).unwrap_or_default();
    let mounted = mounts
        .into_iter()
        .map(|mount| (mount.module_id.clone(), Some(mount)));
    let named = ids
        .split(',')
        .filter(|id| !id.is_empty())
        .map(|id| (id.to_owned(), None));
    for (id, mount) in mounted.chain(named) {
        match modules::get(&id).await {
            Ok(module) if usable(&module) => {
                let mut one = Chosen::version(&module);
                if let Some(mount) = mount {
                    one.mount = mount.mount;
                }
                add(&mut chosen, one);
            }
            _ => refused.push(match mount {
                None => Refused::Asked(id),
                Some(mount) if mount.name.is_empty() => Refused::Mounted(mount.mount),
                Some(mount) => {
                    Refused::Mounted(format!("{}/{}/{}", mount.owner, mount.name, mount.version))
                }
            }),
        }
    }
    (chosen, refused)
}

fn usable(module: &Module) -> bool {
    module.module_type == ModuleType::Data && module.state == ModuleState::Valid
}
