//! The old service's canvas, of which the CLI reads one node of each task.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A node of the old service's canvas. The CLI looks for the one of type `module_node`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CanvasNode {
    /// Id of the task instance.
    #[serde(rename = "taskInstanceId")]
    pub task_instance_id: String,
    /// `module_node`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The old service's canvas: never empty, or the CLI fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Canvas {
    /// Nodes by any key.
    pub nodes: BTreeMap<String, CanvasNode>,
}

impl Canvas {
    /// The canvas of a task: one module node.
    pub fn of(task_instance_id: &str) -> Self {
        let node = CanvasNode {
            task_instance_id: task_instance_id.to_owned(),
            kind: "module_node".to_owned(),
        };
        Self {
            nodes: BTreeMap::from([("1".to_owned(), node)]),
        }
    }
}
