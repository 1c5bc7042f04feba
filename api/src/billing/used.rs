//! What was used and what it cost.

use super::{Compute, Product};
use crate::{Paging, Time};
use serde::{Deserialize, Serialize};

/// What was used on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayUse {
    /// Noon of that day where the reader is.
    pub noon: Time,
    /// Seconds of CPU time.
    pub cpu: i64,
    /// Seconds of GPU time.
    pub gpu: i64,
}

/// What an account has used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Usage {
    /// Bytes of all versions.
    pub versions_bytes: u64,
    /// Bytes of all outputs.
    pub outputs_bytes: u64,
    /// Bytes that both may have together; none without billing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_bytes: Option<u64>,
    /// The last 30 days, the oldest first, each of them there.
    pub days: Vec<DayUse>,
}

/// Query of the usage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct UsageQuery {
    /// Minutes east of UTC where the reader is.
    #[cfg_attr(feature = "openapi", param(minimum = -900, maximum = 900))]
    pub zone: i32,
}

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Money came in.
    Recharge,
    /// Something was bought.
    Purchase,
    /// A task ran.
    Usage,
    /// Money was given back.
    Refund,
    /// The operator gave or took something.
    Grant,
}

impl RecordKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Recharge,
        Self::Purchase,
        Self::Usage,
        Self::Refund,
        Self::Grant,
    ];
}

/// The seconds of a task and what paid them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaidSeconds {
    /// Time of the plan.
    pub plan: i64,
    /// Packs.
    pub packs: i64,
    /// The balance.
    pub balance: i64,
    /// Nobody: time in which a task was being stopped.
    pub waived: i64,
}

impl PaidSeconds {
    /// All of them.
    pub fn total(self) -> i64 {
        self.plan + self.packs + self.balance + self.waived
    }
}

/// A task that was charged for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskCharge {
    /// Its id.
    pub id: String,
    /// The project's name when it ran.
    pub name: String,
    /// The kind of machine.
    pub compute: Compute,
    /// Its seconds.
    pub seconds: PaidSeconds,
    /// Whether it still runs: the record grows.
    pub running: bool,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Record {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub at: Time,
    /// What it is about.
    pub kind: RecordKind,
    /// By how much it changed the balance, in fen.
    pub amount: i64,
    /// What was bought or given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// The task that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskCharge>,
    /// The operator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Query of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct RecordQuery {
    /// Only of this kind.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<RecordKind>,
    /// Page, from 1; newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Entries a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl RecordQuery {
    /// The part of the list asked for.
    pub fn paging(&self) -> Paging {
        let default = Paging::default();
        Paging {
            page: self.page.unwrap_or(default.page),
            page_size: self.page_size.unwrap_or(default.page_size),
        }
    }
}
