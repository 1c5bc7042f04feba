//! What an account may use, what that costs, and what has been used.
//!
//! Money is whole fen (hundredths of a yuan), time whole seconds, storage bytes. The rules are told in
//! docs/decisions/0020-billing.md.

mod orders;
#[cfg(test)]
mod tests;
mod used;

pub use orders::{NewOrder, Order, OrderState, Outcome, PayWith, Settlement};
pub use used::{
    DayUse, PaidSeconds, Record, RecordKind, RecordQuery, TaskCharge, Usage, UsageQuery,
};

use crate::Time;
use serde::{Deserialize, Serialize};

/// Seconds of an hour.
const HOUR: i64 = 3600;
/// Least amount of a recharge, in fen.
pub const RECHARGE_MIN: i64 = 100;
/// Largest amount of a recharge, in fen.
pub const RECHARGE_MAX: i64 = 1_000_000;
/// Months that a pack can be used.
pub const PACK_MONTHS: i64 = 12;

/// The kind of machine whose time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Compute {
    /// Tasks on `cpu_high`.
    Cpu,
    /// Tasks on `gpu_high`.
    Gpu,
}

impl Compute {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Cpu, Self::Gpu];

    /// The kind that a task's `instance_type` is counted as.
    pub fn of_instance(instance_type: &str) -> Self {
        match instance_type.starts_with("gpu") {
            true => Self::Gpu,
            false => Self::Cpu,
        }
    }

    /// What an hour costs that the balance pays, in fen.
    pub fn hourly_price(self) -> i64 {
        match self {
            Self::Cpu => 100,
            Self::Gpu => 800,
        }
    }
}

/// What an account is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Every account.
    #[default]
    Free,
    /// Bought by the month.
    Vip,
}

/// What a plan allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanLimits {
    /// CPU time a month, in seconds.
    pub cpu_seconds: i64,
    /// GPU time a month, in seconds.
    pub gpu_seconds: i64,
    /// Tasks that run at once; the others wait.
    pub tasks: i64,
    /// Longest time a task may run, in seconds.
    pub task_seconds: u64,
    /// Versions and outputs together.
    pub storage_bytes: u64,
    /// Private projects.
    pub private_projects: u64,
    /// Private datasets.
    pub private_datasets: u64,
    /// Whether its tasks go before those of others.
    pub priority: bool,
}

impl PlanLimits {
    /// Time a month, in seconds.
    pub fn seconds(&self, compute: Compute) -> i64 {
        match compute {
            Compute::Cpu => self.cpu_seconds,
            Compute::Gpu => self.gpu_seconds,
        }
    }
}

/// What every account has.
pub const FREE: PlanLimits = PlanLimits {
    cpu_seconds: 10 * HOUR,
    gpu_seconds: 0,
    tasks: 2,
    task_seconds: 6 * HOUR as u64,
    storage_bytes: 10 << 30,
    private_projects: 0,
    private_datasets: 0,
    priority: false,
};

/// What a VIP has.
pub const VIP: PlanLimits = PlanLimits {
    cpu_seconds: 20 * HOUR,
    gpu_seconds: 10 * HOUR,
    tasks: 5,
    task_seconds: 48 * HOUR as u64,
    storage_bytes: 100 << 30,
    private_projects: 10,
    private_datasets: 10,
    priority: true,
};

impl Plan {
    /// What it allows.
    pub fn limits(self) -> &'static PlanLimits {
        match self {
            Self::Free => &FREE,
            Self::Vip => &VIP,
        }
    }
}

/// What can be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Product {
    /// VIP for a month.
    #[serde(rename = "vip_1")]
    Vip1,
    /// VIP for three months.
    #[serde(rename = "vip_3")]
    Vip3,
    /// VIP for six months.
    #[serde(rename = "vip_6")]
    Vip6,
    /// 10 hours of CPU time.
    #[serde(rename = "cpu_10")]
    Cpu10,
    /// 50 hours of CPU time.
    #[serde(rename = "cpu_50")]
    Cpu50,
    /// 100 hours of CPU time.
    #[serde(rename = "cpu_100")]
    Cpu100,
    /// 10 hours of GPU time.
    #[serde(rename = "gpu_10")]
    Gpu10,
    /// 50 hours of GPU time.
    #[serde(rename = "gpu_50")]
    Gpu50,
    /// 100 hours of GPU time.
    #[serde(rename = "gpu_100")]
    Gpu100,
}

/// What a product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goods {
    /// So many months of VIP.
    Vip {
        /// Months.
        months: i64,
    },
    /// A pack of time.
    Pack {
        /// Its kind.
        compute: Compute,
        /// How much.
        seconds: i64,
    },
}

impl Product {
    /// Everything that can be bought.
    pub const ALL: [Self; 9] = [
        Self::Vip1,
        Self::Vip3,
        Self::Vip6,
        Self::Cpu10,
        Self::Cpu50,
        Self::Cpu100,
        Self::Gpu10,
        Self::Gpu50,
        Self::Gpu100,
    ];

    /// What it costs, in fen.
    pub fn price(self) -> i64 {
        let yuan = match self {
            Self::Vip1 => 50,
            Self::Vip3 => 120,
            Self::Vip6 => 210,
            Self::Cpu10 => 7,
            Self::Cpu50 => 33,
            Self::Cpu100 => 59,
            Self::Gpu10 => 80,
            Self::Gpu50 => 300,
            Self::Gpu100 => 500,
        };
        yuan * 100
    }

    /// What it is.
    pub fn goods(self) -> Goods {
        let pack = |compute, hours: i64| Goods::Pack {
            compute,
            seconds: hours * HOUR,
        };
        match self {
            Self::Vip1 => Goods::Vip { months: 1 },
            Self::Vip3 => Goods::Vip { months: 3 },
            Self::Vip6 => Goods::Vip { months: 6 },
            Self::Cpu10 => pack(Compute::Cpu, 10),
            Self::Cpu50 => pack(Compute::Cpu, 50),
            Self::Cpu100 => pack(Compute::Cpu, 100),
            Self::Gpu10 => pack(Compute::Gpu, 10),
            Self::Gpu50 => pack(Compute::Gpu, 50),
            Self::Gpu100 => pack(Compute::Gpu, 100),
        }
    }
}

/// A product and its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// The product.
    pub product: Product,
    /// Its price, in fen.
    pub price: i64,
}

/// What is left of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackLeft {
    /// Its id.
    pub id: String,
    /// Seconds it had.
    pub seconds: i64,
    /// Seconds it has.
    pub left: i64,
    /// When it ends.
    pub expires: Time,
}

/// What is left of one kind of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputeLeft {
    /// Seconds the plan gives a month.
    pub plan_seconds: i64,
    /// Seconds of them that are left until it is refreshed.
    pub plan_left: i64,
    /// Packs that have time and have not ended, in the order in which they are used up.
    pub packs: Vec<PackLeft>,
    /// What an hour costs that the balance pays, in fen.
    pub hourly_price: i64,
    /// Seconds that the balance would pay.
    pub balance_seconds: i64,
}

impl ComputeLeft {
    /// Seconds that are paid already.
    pub fn paid(&self) -> i64 {
        self.plan_left + self.packs.iter().map(|pack| pack.left).sum::<i64>()
    }

    /// Seconds until a single task could not go on.
    pub fn total(&self) -> i64 {
        self.paid() + self.balance_seconds
    }
}

/// Who takes payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// It only pretends: no money changes hands.
    pub test: bool,
}

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Whether this installation counts and limits at all. Without it nothing below has a meaning.
    pub billing: bool,
    /// The plan.
    pub plan: Plan,
    /// When VIP ends; of a VIP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vip_until: Option<Time>,
    /// When the plan's time is full again.
    pub refreshes: Time,
    /// The balance, in fen.
    pub balance: i64,
    /// CPU time.
    pub cpu: ComputeLeft,
    /// GPU time.
    pub gpu: ComputeLeft,
    /// Private projects there are.
    pub private_projects: u64,
    /// Private datasets there are.
    pub private_datasets: u64,
    /// What the free plan allows.
    pub free: PlanLimits,
    /// What VIP allows.
    pub vip: PlanLimits,
    /// What can be bought.
    pub offers: Vec<Offer>,
    /// Who takes payments.
    pub provider: Provider,
}

impl Account {
    /// What is left of this kind of time.
    pub fn left(&self, compute: Compute) -> &ComputeLeft {
        match compute {
            Compute::Cpu => &self.cpu,
            Compute::Gpu => &self.gpu,
        }
    }

    /// What the account's own plan allows.
    pub fn limits(&self) -> &PlanLimits {
        match self.plan {
            Plan::Free => &self.free,
            Plan::Vip => &self.vip,
        }
    }
}
