//! What an account may use, what that costs, and what has been used.
//!
//! Money is whole fen (hundredths of a yuan), time whole seconds, storage bytes. The rules are told in
//! docs/decisions/0020-billing.md.

use crate::{Paging, Time};
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

/// What pays an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayWith {
    /// The balance, at once.
    Wallet,
    /// The payment provider, who tells later.
    Provider,
}

/// Body of a new order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewOrder {
    /// What is bought; a recharge when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// The price as the buyer saw it, or the amount of the recharge, in fen.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub amount: i64,
    /// What pays; a recharge is paid by the provider.
    pub pay_with: PayWith,
    /// Made by the client: sent twice, it means the same order.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub key: String,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// The provider has not told.
    Pending,
    /// Paid and fulfilled.
    Paid,
    /// The payment was declined.
    Failed,
    /// Nobody paid in time.
    Expired,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// Its id.
    pub id: String,
    /// What is bought; none of a recharge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// What is to be paid, in fen.
    pub amount: i64,
    /// What pays.
    pub pay_with: PayWith,
    /// How it stands.
    pub state: OrderState,
    /// When it was made.
    pub created: Time,
    /// Until when it can be paid.
    pub expires: Time,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Time>,
}

/// How a payment went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The money is there.
    Paid,
    /// It was declined.
    Declined,
    /// It took too long.
    Expired,
}

/// What the payment provider tells of an order. The test provider takes it from the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// How it went.
    pub outcome: Outcome,
    /// What was paid, in fen.
    pub amount: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn prices_are_those_of_the_product() {
        let prices = Product::ALL.map(|product| product.price() / 100);
        assert_eq!(prices, [50, 120, 210, 7, 33, 59, 80, 300, 500]);
        assert_eq!(Compute::ALL.map(Compute::hourly_price), [100, 800]);
        assert_eq!(
            Product::Gpu50.goods(),
            Goods::Pack {
                compute: Compute::Gpu,
                seconds: 180_000
            }
        );
        assert_eq!(Compute::of_instance("gpu_high"), Compute::Gpu);
    }

    #[test]
    fn an_account_is_exact() {
        let left = |left| ComputeLeft {
            plan_seconds: 36_000,
            plan_left: left,
            packs: vec![PackLeft {
                id: "9a".into(),
                seconds: 36_000,
                left: 5,
                expires: Time(0),
            }],
            hourly_price: 100,
            balance_seconds: 7,
        };
        let account = Account {
            billing: true,
            plan: Plan::Vip,
            vip_until: Some(Time(0)),
            refreshes: Time(0),
            balance: 12,
            cpu: left(1),
            gpu: left(2),
            private_projects: 3,
            private_datasets: 4,
            free: FREE,
            vip: VIP,
            offers: vec![Offer {
                product: Product::Cpu10,
                price: 700,
            }],
            provider: Provider {
                name: "test".into(),
                test: true,
            },
        };
        assert_eq!((account.cpu.paid(), account.cpu.total()), (6, 13));
        assert_eq!(account.limits(), &VIP);
        assert_wire(
            &account,
            concat!(
                r#"{"billing":true,"plan":"vip","vip_until":"1970-01-01T00:00:00","#,
                r#""refreshes":"1970-01-01T00:00:00","balance":12,"#,
                r#""cpu":{"plan_seconds":36000,"plan_left":1,"packs":[{"id":"9a","seconds":36000,"left":5,"#,
                r#""expires":"1970-01-01T00:00:00"}],"hourly_price":100,"balance_seconds":7},"#,
                r#""gpu":{"plan_seconds":36000,"plan_left":2,"packs":[{"id":"9a","seconds":36000,"left":5,"#,
                r#""expires":"1970-01-01T00:00:00"}],"hourly_price":100,"balance_seconds":7},"#,
                r#""private_projects":3,"private_datasets":4,"#,
                r#""free":{"cpu_seconds":36000,"gpu_seconds":0,"tasks":2,"task_seconds":21600,"#,
                r#""storage_bytes":10737418240,"private_projects":0,"private_datasets":0,"priority":false},"#,
                r#""vip":{"cpu_seconds":72000,"gpu_seconds":36000,"tasks":5,"task_seconds":172800,"#,
                r#""storage_bytes":107374182400,"private_projects":10,"private_datasets":10,"priority":true},"#,
                r#""offers":[{"product":"cpu_10","price":700}],"provider":{"name":"test","test":true}}"#
            ),
        );
    }

    #[test]
    fn usage_and_records_are_exact() {
        assert_wire(
            &Usage {
                versions_bytes: 1,
                outputs_bytes: 2,
                storage_bytes: Some(3),
                days: vec![DayUse {
                    noon: Time(0),
                    cpu: 4,
                    gpu: 5,
                }],
            },
            concat!(
                r#"{"versions_bytes":1,"outputs_bytes":2,"storage_bytes":3,"#,
                r#""days":[{"noon":"1970-01-01T00:00:00","cpu":4,"gpu":5}]}"#
            ),
        );
        let record = Record {
            id: "7a".into(),
            at: Time(0),
            kind: RecordKind::Usage,
            amount: -3,
            product: None,
            task: Some(TaskCharge {
                id: "7a".into(),
                name: "iris".into(),
                compute: Compute::Cpu,
                seconds: PaidSeconds {
                    plan: 1,
                    packs: 2,
                    balance: 3,
                    waived: 4,
                },
                running: false,
            }),
            note: None,
        };
        assert_wire(
            &record,
            concat!(
                r#"{"id":"7a","at":"1970-01-01T00:00:00","kind":"usage","amount":-3,"#,
                r#""task":{"id":"7a","name":"iris","compute":"cpu","#,
                r#""seconds":{"plan":1,"packs":2,"balance":3,"waived":4},"running":false}}"#
            ),
        );
        assert_wire(
            &RecordQuery {
                kind: Some(RecordKind::Grant),
                page: Some(2),
                page_size: None,
            },
            r#"{"kind":"grant","page":2}"#,
        );
    }

    #[test]
    fn orders_are_exact() {
        assert_wire(
            &NewOrder {
                product: None,
                amount: 500,
                pay_with: PayWith::Provider,
                key: "k".into(),
            },
            r#"{"amount":500,"pay_with":"provider","key":"k"}"#,
        );
        assert_wire(
            &Order {
                id: "7a".into(),
                product: Some(Product::Vip3),
                amount: 12_000,
                pay_with: PayWith::Wallet,
                state: OrderState::Paid,
                created: Time(0),
                expires: Time(0),
                settled: Some(Time(0)),
            },
            concat!(
                r#"{"id":"7a","product":"vip_3","amount":12000,"pay_with":"wallet","state":"paid","#,
                r#""created":"1970-01-01T00:00:00","expires":"1970-01-01T00:00:00","settled":"1970-01-01T00:00:00"}"#
            ),
        );
        assert_wire(
            &Notice {
                outcome: Outcome::Declined,
                amount: 0,
            },
            r#"{"outcome":"declined","amount":0}"#,
        );
    }
}
