//! What tasks can run in, as forms offer it.

use crate::ui::Choice;
use api::environment::{Environment, Environments};

/// The environments of a kind of machine, `cpu_high` or `gpu_high`.
pub fn on_machine<'a>(all: &'a Environments, machine: &str) -> &'a [Environment] {
    if machine.starts_with("gpu") {
        &all.gpu
    } else {
        &all.cpu
    }
}

/// The environments of all machines, each once, in the service's order.
pub fn on_any_machine(all: &Environments) -> Vec<&Environment> {
    let mut out: Vec<&Environment> = Vec::new();
    for environment in all.cpu.iter().chain(&all.gpu) {
        if out.iter().all(|known| known.name != environment.name) {
            out.push(environment);
        }
    }
    out
}

/// The machines that have an environment.
pub fn machines(all: &Environments) -> Vec<&'static str> {
    let kinds = [("cpu_high", &all.cpu), ("gpu_high", &all.gpu)];
    kinds
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(name, _)| name)
        .collect()
}

/// The environment to begin with: the wish, else the project's default, else the first; empty when none is offered.
pub fn begin_with(offered: &[Environment], wish: &str, default: &str) -> String {
    let has = |name: &str| offered.iter().any(|environment| environment.name == name);
    match offered.first() {
        _ if has(wish) => wish.to_owned(),
        _ if has(default) => default.to_owned(),
        Some(first) => first.name.clone(),
        None => String::new(),
    }
}

/// An environment as a choice: its name and what it is.
pub fn choice(environment: &Environment) -> Choice {
    let label = match environment.description.as_str() {
        "" => environment.name.clone(),
        text => format!("{} · {text}", environment.name),
    };
    Choice::new(environment.name.clone(), label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Environment {
        Environment {
            name: name.into(),
            support_jupyter: false,
            support_tensorboard: false,
            support_serve: false,
            description: String::new(),
        }
    }

    #[test]
    fn the_wish_comes_before_the_default_and_that_before_the_first() {
        let list = [environment("a"), environment("b"), environment("c")];
        assert_eq!(begin_with(&list, "c", "b"), "c");
        assert_eq!(begin_with(&list, "gone", "b"), "b");
        assert_eq!(begin_with(&list, "", "gone"), "a");
        assert_eq!(begin_with(&[], "a", "b"), "");
    }

    #[test]
    fn a_machine_without_environments_is_not_offered() {
        let mut all = Environments::default();
        assert!(machines(&all).is_empty());
        all.cpu = vec![environment("a")];
        assert_eq!(machines(&all), ["cpu_high"]);
        assert!(on_machine(&all, "gpu_high").is_empty());
    }

    #[test]
    fn each_environment_is_offered_once() {
        let all = Environments {
            cpu: vec![environment("python3"), environment("keras")],
            gpu: vec![environment("keras"), environment("cuda")],
            ..Environments::default()
        };
        let names: Vec<&str> = on_any_machine(&all)
            .into_iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, ["python3", "keras", "cuda"]);
    }
}
