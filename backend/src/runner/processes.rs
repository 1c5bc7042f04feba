//! The processes of a task, as /proc tells.

use crate::sandbox::MARK;
use rustix::process::{Pid, Signal, kill_process};
use std::collections::{HashMap, HashSet};

/// A process at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// Its parent's.
    pub parent: i32,
    /// Its process group's.
    pub group: i32,
    /// The name of its program, at most 15 bytes.
    pub name: String,
    /// Its threads.
    pub threads: u64,
    /// When it started, in ticks since the machine started: tells it from a later one with its id.
    pub started: u64,
    /// Resident memory in bytes.
    pub resident: u64,
    /// Ticks of processor time that it has used.
    pub ticks: u64,
    /// Those of its children that have ended and that it has waited for.
    pub reaped_ticks: u64,
    /// It has ended, and its parent has not waited for it.
    pub ended: bool,
    /// It was started without any variables, or is the kernel's own.
    pub bare: bool,
}

impl Process {
    /// Whether it is a shell: it waits for others and would go on to its next command when they end.
    pub fn is_shell(&self) -> bool {
        matches!(self.name.as_str(), "bash" | "sh" | "dash")
    }

    /// Sends it a signal. That it has ended meanwhile is no error.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid) {
            kill_process(pid, signal).ok();
        }
    }
}

/// What a task's processes use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Memory in bytes.
    pub memory: u64,
    /// Threads; a process has at least one.
    pub threads: u64,
}

/// How a task's processes are found.
#[derive(Clone, Debug)]
pub enum Group {
    /// All descendants of a sandbox's first process, whose namespace none of them can leave.
    Sandbox {
        /// That process, as the machine sees it.
        init: i32,
        /// When it started.
        started: u64,
    },
    /// Without a sandbox: descendants of the first process, its group, and everything that carries the task's mark.
    Marked {
        /// The command's shell.
        root: i32,
        /// The task.
        task: String,
    },
}

/// A process that can still do something; none for one that has ended.
pub fn read(pid: i32) -> Option<Process> {
    read_any(pid).filter(|process| !process.ended)
}

/// A process, also one that has ended and that nobody has waited for yet.
fn read_any(pid: i32) -> Option<Process> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    parse(pid, &stat)
}

fn parse(pid: i32, stat: &str) -> Option<Process> {
    // `pid (name) state parent group ...`: the name may hold blanks and parentheses.
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    // In the middle of execve(2) there is memory, and the variables are at 0.
    let (memory, variables, variables_end) = (number(20)?, number(47)?, number(48)?);
    Some(Process {
        pid,
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        name: name.to_owned(),
        threads: number(17)?,
        started: number(19)?,
        resident: number(21)? * rustix::param::page_size() as u64,
        ticks: number(11)? + number(12)?,
        // Signed in the kernel; never below 0.
        reaped_ticks: number(13)? + number(14)?,
        ended: matches!(*fields.first()?, "Z" | "X"),
        bare: memory == 0 || (variables > 0 && variables == variables_end),
    })
}

/// Every process that can be seen and can still do something.
pub fn all() -> Vec<Process> {
    let mut found = all_and_ended();
    found.retain(|process| !process.ended);
    found
}

fn all_and_ended() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(read_any).collect()
}

/// Whether a process carries the mark of a task; none while that cannot be told, for it is becoming another program and has
/// no variables at this moment.
fn is_marked(process: &Process, task: &str) -> Option<bool> {
    let Ok(environ) = std::fs::read(format!("/proc/{}/environ", process.pid)) else {
        return Some(false);
    };
    let wanted = format!("{MARK}={task}");
    let mut pairs = environ.split(|byte| *byte == 0);
    (process.bare || !environ.is_empty()).then(|| pairs.any(|pair| pair == wanted.as_bytes()))
}

fn descendants(all: &[Process], root: i32) -> HashSet<i32> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for process in all {
        children
            .entry(process.parent)
            .or_default()
            .push(process.pid);
    }
    let mut found = HashSet::new();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        for child in children.get(&pid).into_iter().flatten() {
            if found.insert(*child) {
                open.push(*child);
            }
        }
    }
    found
}

impl Group {
    /// Everything that carries the mark of this task and nothing else: no process is a child of -1.
    pub fn marked(task: &str) -> Self {
        Self::Marked {
            root: -1,
            task: task.to_owned(),
        }
    }

    /// Its processes that are alive; the sandbox's own first process is not among them.
    pub fn members(&self) -> Vec<Process> {
        self.look().0
    }

    /// Its members, and whether they are all: of a process that is becoming another program it cannot be told.
    fn look(&self) -> (Vec<Process>, bool) {
        let mut found = all();
        let mut complete = true;
        let root = match self {
            Self::Sandbox { init, .. } => *init,
            Self::Marked { root, .. } => *root,
        };
        let below = descendants(&found, root);
        found.retain(|process| match self {
            Self::Sandbox { .. } => below.contains(&process.pid),
            Self::Marked { root, task } => {
                below.contains(&process.pid)
                    || process.group == *root
                    || process.pid == *root
                    || is_marked(process, task).unwrap_or_else(|| {
                        complete = false;
                        false
                    })
            }
        });
        (found, complete)
    }

    /// All whose use of the machine is the task's: also the sandbox's first process, which waits for those that nobody
    /// else does, and what has ended and was not waited for. Without a sandbox, those that hide are not among them.
    pub fn family(&self) -> Vec<Process> {
        let mut found = all_and_ended();
        let root = match self {
            Self::Sandbox { init, .. } => *init,
            Self::Marked { root, .. } => *root,
        };
        let below = descendants(&found, root);
        found.retain(|process| process.pid == root || below.contains(&process.pid));
        found
    }

    /// Kills every process with SIGKILL; true when none was left to kill, for certain.
    pub fn kill(&self) -> bool {
        match self {
            // The first process of a namespace takes all others with it.
            Self::Sandbox { init, started } => match read(*init) {
                Some(process) if process.started == *started => {
                    process.signal(Signal::KILL);
                    false
                }
                _ => true,
            },
            Self::Marked { .. } => {
                let (members, complete) = self.look();
                members
                    .iter()
                    .for_each(|process| process.signal(Signal::KILL));
                complete && members.is_empty()
            }
        }
    }

    /// What its processes use now. Memory is the sum of what is resident or, when that is above `limit`, of the fair
    /// share of what processes have in common (reading it costs more).
    pub fn usage(&self, limit: u64) -> Usage {
        let members = self.members();
        let mut memory = members.iter().map(|process| process.resident).sum();
        if memory > limit {
            let share = |process: &Process| proportional(process.pid).unwrap_or(process.resident);
            memory = members.iter().map(share).sum();
        }
        Usage {
            memory,
            threads: members.iter().map(|process| process.threads).sum(),
        }
    }
}

/// Resident memory of a process, of which what it shares with others is divided among them; in bytes.
pub(super) fn proportional(pid: i32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_anything() {
        let zeros = |many| vec!["0"; many].join(" ");
        let stat = format!(
            "7 (a) (b) S 3 4 {} 99 8 5 {} 64 70 0\n",
            zeros(16),
            zeros(25)
        );
        let process = parse(7, &stat).unwrap();
        assert_eq!(
            (process.name.as_str(), process.parent, process.group),
            ("a) (b", 3, 4)
        );
        assert_eq!(
            (process.started, process.resident),
            (99, 5 * rustix::param::page_size() as u64)
        );
        assert!(!process.ended && parse(7, &stat.replace(" S ", " Z ")).unwrap().ended);
        let bare = |variables| parse(7, &stat.replace(" 64 70 ", variables)).unwrap().bare;
        assert!(bare(" 64 64 ") && !bare(" 64 70 ") && !bare(" 0 0 "));
    }

    #[test]
    fn descendants_are_found_at_any_depth() {
        let process = |pid, parent| Process {
            pid,
            parent,
            group: 0,
            name: String::new(),
            threads: 1,
            started: 0,
            resident: 0,
            ticks: 0,
            reaped_ticks: 0,
            ended: false,
            bare: false,
        };
        let all = [process(5, 4), process(4, 3), process(3, 1), process(9, 1)];
        assert_eq!(descendants(&all, 3), HashSet::from([4, 5]));
        assert_eq!(descendants(&all, 7), HashSet::new());
    }

    #[test]
    fn this_process_is_there_and_uses_memory() {
        let me = std::process::id() as i32;
        let process = read(me).unwrap();
        assert!(process.resident > 0 && !process.bare);
        assert!(proportional(me).unwrap() > 0);
    }
}
