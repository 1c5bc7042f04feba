//! The environments a task can choose and what the machine gives each task: from a TOML file, or the machine's
//! own Python when there is no file.
//!
//! ```toml
//! [machine]
//! cpu_slots = 4                  # tasks at a time on cpu_high; default: the machine's cores
//! gpu_slots = 0                  # tasks at a time on gpu_high; default: none
//! memory_bytes = 8589934592      # each task; 0 is no limit; default: three quarters of the memory over the slots
//! time_limit = 21600             # seconds; 0 is no limit; default: 48 hours, the most of any plan
//! output_bytes = 21474836480     # /output, /workspace and /tmp of a task together; default: 20 GiB
//! log_bytes = 1073741824         # a task's log; default: 1 GiB
//! processes = 4096               # processes and threads of a task
//! grace = 10                     # seconds a stopped task may take to end by itself
//!
//! [packages]                     # what a `russell_requirements.txt` in the code asks for
//! install = true                 # by pip, before the command, with the network; false: such tasks fail
//! [packages.variables]           # of pip, over those of the machine; a file or folder they name is shown to it
//! PIP_INDEX_URL = "https://pypi.example.org/simple"
//!
//! [[environment]]
//! name = "python3"
//! description = "Python 3.11 with NumPy"   # default: the interpreter's own version
//! python = "/opt/venv"           # an interpreter, or the folder that has bin/python3; default: python3 on PATH
//! instances = ["cpu"]            # of cpu, gpu
//! network = false
//! binds = ["/opt/models"]        # more of the machine, read-only, at the same place
//! devices = ["/dev/nvidia0"]     # device files
//! support_jupyter = true         # default: whether `jupyterlab` can be imported
//! support_tensorboard = true     # default: whether `tensorboard` can be imported
//! [environment.variables]
//! OMP_NUM_THREADS = "2"
//! ```

use crate::sandbox::python::{self, Interpreter, Support};
use anyhow::{Context, bail};
use api::environment::{Environment as Wire, Environments};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The kind of machine a task asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instance {
    /// `cpu_high`.
    Cpu,
    /// `gpu_high`.
    Gpu,
}

impl Instance {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Cpu, Self::Gpu];

    /// As the API spells it; none for a word it does not know.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu_high",
            Self::Gpu => "gpu_high",
        }
    }
}

/// An environment, its interpreter found and asked.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// What it is, for people.
    pub description: String,
    /// The Python that comes first on the task's PATH.
    pub python: Interpreter,
    /// The kinds of machine it is offered on.
    pub instances: Vec<Instance>,
    /// Whether tasks reach the network.
    pub network: bool,
    /// More paths of the machine that tasks see, read-only.
    pub binds: Vec<PathBuf>,
    /// Device files that tasks may use.
    pub devices: Vec<PathBuf>,
    /// More environment variables.
    pub variables: BTreeMap<String, String>,
    /// The servers that can be started in it.
    pub support: Support,
}

/// What the machine gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Tasks that run at a time on `cpu_high`.
    pub cpu_slots: usize,
    /// Tasks that run at a time on `gpu_high`.
    pub gpu_slots: usize,
    /// Limits of each task.
    pub limits: Limits,
}

impl Machine {
    /// Tasks that run at a time on this kind.
    pub fn slots(&self, instance: Instance) -> usize {
        match instance {
            Instance::Cpu => self.cpu_slots,
            Instance::Gpu => self.gpu_slots,
        }
    }
}

/// Limits of one task; 0 means none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Memory of all its processes together, in bytes.
    pub memory_bytes: u64,
    /// How long its command may run, in seconds.
    pub time_limit: u64,
    /// `/output`, `/workspace` and `/tmp` together, in bytes.
    pub output_bytes: u64,
    /// `/output` alone, in bytes.
    pub kept_bytes: u64,
    /// Its log, in bytes.
    pub log_bytes: u64,
    /// Processes and threads at a time.
    pub processes: u64,
    /// Seconds from SIGTERM to SIGKILL when it is stopped.
    pub grace: u64,
}

/// Whether and how the packages are installed that code asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Packages {
    /// Whether they are.
    pub install: bool,
    /// Variables of pip.
    pub variables: BTreeMap<String, String>,
}

impl Default for Packages {
    fn default() -> Self {
        Self {
            install: true,
            variables: BTreeMap::new(),
        }
    }
}

/// Everything the service offers; never empty where something is served.
#[derive(Clone, Debug)]
pub struct Catalog {
    environments: Vec<Environment>,
    /// The machine's share for tasks.
    pub machine: Machine,
    /// What is done about `russell_requirements.txt`.
    pub packages: Packages,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    machine: MachineTable,
    #[serde(default)]
    packages: Packages,
    #[serde(default)]
    environment: Vec<EnvironmentTable>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MachineTable {
    cpu_slots: Option<usize>,
    gpu_slots: Option<usize>,
    memory_bytes: Option<u64>,
    time_limit: Option<u64>,
    output_bytes: Option<u64>,
    log_bytes: Option<u64>,
    processes: Option<u64>,
    grace: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvironmentTable {
    name: String,
    #[serde(default)]
    description: String,
    python: Option<PathBuf>,
    instances: Option<Vec<Instance>>,
    #[serde(default)]
    network: bool,
    #[serde(default)]
    binds: Vec<PathBuf>,
    #[serde(default)]
    devices: Vec<PathBuf>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    support_jupyter: Option<bool>,
    support_tensorboard: Option<bool>,
}

impl Catalog {
    /// Reads the file; without one, the Python 3 found on PATH under the name `python3`.
    ///
    /// # Errors
    /// In words for the operator: what cannot be read or found, and where.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let text = match file {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the environments file {}", path.display()))?,
            None => "[[environment]]\nname = \"python3\"\n".to_owned(),
        };
        let place = file.map_or("the default environment".to_owned(), |path| {
            path.display().to_string()
        });
        Self::parse(&text).with_context(|| format!("in {place}"))
    }

    /// Offers nothing: for what runs no tasks.
    pub fn empty() -> Self {
        Self {
            environments: Vec::new(),
            machine: Machine {
                cpu_slots: 0,
                gpu_slots: 0,
                limits: Limits::default(),
            },
            packages: Packages::default(),
        }
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// As [`Catalog::load`].
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let File {
            machine,
            packages,
            environment,
        } = toml::from_str(text)?;
        if environment.is_empty() {
            bail!("there is no [[environment]]");
        }
        check_names(&packages.variables).context("in [packages.variables]")?;
        let mut names = HashSet::new();
        let mut asked = HashMap::new();
        let environments = environment
            .into_iter()
            .map(|table| {
                if table.name.is_empty()
                    || table.name.len() > 64
                    || table.name.chars().any(char::is_control)
                {
                    bail!("an environment's name has 1 to 64 characters");
                }
                if !names.insert(table.name.clone()) {
                    bail!("there are two environments named {}", table.name);
                }
                let name = table.name.clone();
                resolve(table, &mut asked).with_context(|| format!("environment {name}"))
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        let machine = machine.resolve();
        if machine.cpu_slots + machine.gpu_slots == 0 {
            bail!("cpu_slots and gpu_slots are both 0: no task could ever run");
        }
        Ok(Self {
            environments,
            machine,
            packages,
        })
    }

    /// The environment of this name.
    pub fn get(&self, name: &str) -> Option<&Environment> {
        self.environments
            .iter()
            .find(|environment| environment.name == name)
    }

    /// The name a project gets that asks for none: the first one's.
    pub fn default_name(&self) -> &str {
        &self.environments[0].name
    }

    /// Whether this environment is offered on this kind of machine.
    pub fn offers(&self, environment: &Environment, instance: Instance) -> bool {
        self.machine.slots(instance) > 0 && environment.instances.contains(&instance)
    }

    /// As the API tells it; `unavailable` says why tasks cannot run at all, `servers` whether servers inside of tasks can
    /// be reached.
    pub fn to_wire(&self, unavailable: Option<&str>, servers: bool) -> Environments {
        let of = |instance| {
            let offered = self
                .environments
                .iter()
                .filter(|e| self.offers(e, instance));
            offered
                .map(|environment| Wire {
                    name: environment.name.clone(),
                    support_jupyter: servers && environment.support.jupyter,
                    support_tensorboard: servers && environment.support.tensorboard,
                    support_serve: servers,
                    description: environment.description.clone(),
                })
                .collect()
        };
        Environments {
            cpu: of(Instance::Cpu),
            gpu: of(Instance::Gpu),
            unavailable: unavailable.map(str::to_owned),
            memory_bytes: self.machine.limits.memory_bytes,
            time_limit: self.machine.limits.time_limit,
        }
    }
}

impl MachineTable {
    fn resolve(self) -> Machine {
        const GIB: u64 = 1 << 30;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let cpu_slots = self.cpu_slots.unwrap_or(cores);
        let gpu_slots = self.gpu_slots.unwrap_or(0);
        let slots = (cpu_slots + gpu_slots).max(1) as u64;
        let share = || (total_memory().unwrap_or(4 * GIB) / 4 * 3 / slots).max(GIB / 2);
        Machine {
            cpu_slots,
            gpu_slots,
            limits: Limits {
                kept_bytes: 0,
                memory_bytes: self.memory_bytes.unwrap_or_else(share),
                time_limit: self.time_limit.unwrap_or(api::billing::VIP.task_seconds),
                output_bytes: self.output_bytes.unwrap_or(20 * GIB),
                log_bytes: self.log_bytes.unwrap_or(GIB),
                processes: self.processes.unwrap_or(4096),
                grace: self.grace.unwrap_or(10),
            },
        }
    }
}

fn total_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// `asked` holds what interpreters have told: several environments may share one.
fn resolve(
    table: EnvironmentTable,
    asked: &mut HashMap<PathBuf, Support>,
) -> anyhow::Result<Environment> {
    let python = python::find(table.python.as_deref())?;
    let support = match (table.support_jupyter, table.support_tensorboard) {
        (Some(jupyter), Some(tensorboard)) => Support {
            jupyter,
            tensorboard,
        },
        (jupyter, tensorboard) => {
            let found = asked
                .entry(python.executable.clone())
                .or_insert_with(|| python.support());
            Support {
                jupyter: jupyter.unwrap_or(found.jupyter),
                tensorboard: tensorboard.unwrap_or(found.tensorboard),
            }
        }
    };
    for path in table.binds.iter().chain(&table.devices) {
        if !path.is_absolute() {
            bail!("{} is not an absolute path", path.display());
        }
        if !path.exists() {
            bail!("{} does not exist", path.display());
        }
    }
    check_names(&table.variables)?;
    let description = match table.description.is_empty() {
        true => format!("Python {}", python.version),
        false => table.description,
    };
    Ok(Environment {
        name: table.name,
        description,
        python,
        instances: table.instances.unwrap_or_else(|| vec![Instance::Cpu]),
        network: table.network,
        binds: table.binds,
        devices: table.devices,
        variables: table.variables,
        support,
    })
}

fn check_names(variables: &BTreeMap<String, String>) -> anyhow::Result<()> {
    for name in variables.keys() {
        if name.is_empty() || name.contains(['=', '\0']) {
            bail!("{name:?} cannot be the name of a variable");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
