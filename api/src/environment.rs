//! Environments and machine types a task can choose.

use serde::{Deserialize, Serialize};

/// An environment: the interpreter and libraries a task finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Environment {
    /// Its name, for example `python3` or `keras`.
    pub name: String,
    /// Whether tasks in `jupyter` mode can run in it. A real boolean, always present.
    pub support_jupyter: bool,
    /// Whether TensorBoard can be opened on a task's output. A real boolean, always present.
    pub support_tensorboard: bool,
    /// Whether what a task serves on a port can be opened.
    #[serde(default)]
    pub support_serve: bool,
    /// What it is, for people, for example `Python 3.11.2`.
    #[serde(default)]
    pub description: String,
}

/// Environments by kind of machine. A kind with an empty list is not offered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Environments {
    /// On machines without a graphics processor.
    pub cpu: Vec<Environment>,
    /// On machines with one.
    pub gpu: Vec<Environment>,
    /// Why tasks cannot run at all on this service, in English; none when they can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<String>,
    /// Memory a task may use on a cpu machine, in bytes; 0 when not limited.
    #[serde(default)]
    pub memory_bytes: u64,
    /// How long a task may run, in seconds; 0 when not limited.
    #[serde(default)]
    pub time_limit: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_always_there() {
        let env = Environment {
            name: "keras".into(),
            support_jupyter: false,
            support_tensorboard: true,
            support_serve: true,
            description: String::new(),
        };
        assert_eq!(
            serde_json::to_string(&env).unwrap(),
            r#"{"name":"keras","support_jupyter":false,"support_tensorboard":true,"support_serve":true,"description":""}"#
        );
        assert_eq!(
            serde_json::to_string(&Environments::default()).unwrap(),
            r#"{"cpu":[],"gpu":[],"memory_bytes":0,"time_limit":0}"#
        );
    }
}
