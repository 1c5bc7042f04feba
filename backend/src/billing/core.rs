//! The rules of an account as plain values: no database, no clock, no rounding that loses anything.
//!
//! A fen has 3600 parts, so that a price an hour is a whole number of parts a second. The balance is whole fen; of the
//! last fen that was taken, the parts not used yet are the account's credit and pay the next seconds.

use api::Time;
use api::billing::{Compute, PACK_MONTHS, Plan, PlanLimits};

const MICROS: i64 = 1_000_000;
/// Parts of a fen: what a fen an hour costs a second.
pub const PARTS: i64 = 3600;

/// A pack of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub compute: Compute,
    /// Seconds it had.
    pub seconds: i64,
    /// Seconds that are left.
    pub left: i64,
    /// When it ends.
    pub expires: Time,
}

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The months of the plan are counted from here: the registration, or when VIP was bought.
    pub anchor: Time,
    /// So many months from the anchor on are VIP.
    pub vip_months: i64,
    /// The number of the current month, from 0.
    pub period: i64,
    /// Seconds of the plan used in it: CPU, GPU.
    pub used: [i64; 2],
    /// Fen.
    pub balance: i64,
    /// Parts of a fen that were paid and not used, below [`PARTS`].
    pub credit: i64,
    /// Packs with time left, ended ones too, by their end.
    pub packs: Vec<Pack>,
}

/// What some seconds of a task were paid with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// Seconds of the plan.
    pub plan: i64,
    /// Seconds of packs.
    pub packs: i64,
    /// Seconds that the balance paid.
    pub balance: i64,
    /// Seconds that nothing could pay.
    pub waived: i64,
    /// What was taken from the balance, in fen.
    pub fen: i64,
}

impl Charge {
    /// All seconds.
    pub fn seconds(&self) -> i64 {
        self.plan + self.packs + self.balance + self.waived
    }
}

fn index(compute: Compute) -> usize {
    match compute {
        Compute::Cpu => 0,
        Compute::Gpu => 1,
    }
}

impl Account {
    /// A new free account.
    pub fn new(registered: Time) -> Self {
        Self {
            anchor: registered,
            vip_months: 0,
            period: 0,
            used: [0; 2],
            balance: 0,
            credit: 0,
            packs: Vec::new(),
        }
    }

    /// When VIP ends or has ended; none of an account that never was one.
    pub fn vip_until(&self) -> Option<Time> {
        (self.vip_months > 0).then(|| self.anchor.plus_months(self.vip_months))
    }

    /// The plan of the current month. VIP lasts whole months of the anchor, so that a month has one plan.
    pub fn plan(&self) -> Plan {
        match self.period < self.vip_months {
            true => Plan::Vip,
            false => Plan::Free,
        }
    }

    /// What that plan allows.
    pub fn limits(&self) -> &'static PlanLimits {
        self.plan().limits()
    }

    /// When the next month of the plan begins.
    pub fn refreshes(&self) -> Time {
        self.anchor.plus_months(self.period + 1)
    }

    /// Begins the months that have begun by `now`. A clock that went back takes no month back.
    pub fn reach(&mut self, now: Time) {
        while self.refreshes() <= now {
            self.period += 1;
            self.used = [0; 2];
        }
    }

    /// Makes it VIP for so many months more, from `now` on or from the end of those it has.
    pub fn add_vip(&mut self, months: i64, now: Time) {
        self.reach(now);
        if self.plan() == Plan::Vip {
            self.vip_months += months;
        } else {
            self.anchor = now;
            self.vip_months = months;
            self.period = 0;
            self.used = [0; 2];
        }
    }

    /// Ends VIP at once: a month of the free plan begins.
    pub fn end_vip(&mut self, now: Time) {
        self.anchor = now;
        self.vip_months = 0;
        self.period = 0;
        self.used = [0; 2];
    }

    /// Adds a pack that can be used for a year.
    pub fn add_pack(&mut self, id: String, compute: Compute, seconds: i64, now: Time) {
        self.packs.push(Pack {
            id,
            compute,
            seconds,
            left: seconds,
            expires: now.plus_months(PACK_MONTHS),
        });
        self.sort_packs();
    }

    /// Puts the packs into the order in which they are used up.
    pub fn sort_packs(&mut self) {
        self.packs
            .sort_by(|a, b| (a.expires, &a.id).cmp(&(b.expires, &b.id)));
    }

    /// Packs of a kind that can be used at `now`, the first to end first.
    pub fn usable(&self, compute: Compute, now: Time) -> impl Iterator<Item = &Pack> {
        self.packs
            .iter()
            .filter(move |pack| pack.compute == compute && pack.left > 0 && pack.expires > now)
    }

    /// Seconds of the plan that are left this month.
    pub fn plan_left(&self, compute: Compute) -> i64 {
        (self.limits().seconds(compute) - self.used[index(compute)]).max(0)
    }

    /// Seconds that the balance would pay.
    pub fn balance_seconds(&self, compute: Compute) -> i64 {
        self.parts() / compute.hourly_price()
    }

    /// Everything that can be paid with, in parts of a fen.
    fn parts(&self) -> i64 {
        self.balance
            .saturating_mul(PARTS)
            .saturating_add(self.credit)
    }

    /// Seconds that are paid already: the plan's and the packs'.
    fn paid(&self, compute: Compute, now: Time) -> i64 {
        let packs: i64 = self.usable(compute, now).map(|pack| pack.left).sum();
        self.plan_left(compute) + packs
    }

    /// Whether another second could be paid.
    pub fn can_pay(&self, compute: Compute, now: Time) -> bool {
        self.paid(compute, now) > 0 || self.balance_seconds(compute) > 0
    }

    /// Seconds that so many tasks of each kind (CPU, GPU) can go on together at the least, if nothing ends or is
    /// refreshed before.
    pub fn lasts(&self, running: [i64; 2], now: Time) -> i64 {
        let price = |compute: Compute| running[index(compute)] * compute.hourly_price();
        let price: i64 = Compute::ALL.into_iter().map(price).sum();
        let lasts = |compute: Compute| match running[index(compute)] {
            0 => i64::MAX,
            tasks => self.paid(compute, now) / tasks + self.parts() / price,
        };
        lasts(Compute::Cpu).min(lasts(Compute::Gpu))
    }

    /// Charges `seconds` of a task that ended at `end`, each second to what can pay it when it began: the plan, then
    /// the packs, then the balance.
    pub fn charge(&mut self, compute: Compute, seconds: i64, end: Time) -> Charge {
        let mut charge = Charge::default();
        let mut rest = seconds;
        while rest > 0 {
            let now = Time(end.0.saturating_sub(rest.saturating_mul(MICROS)));
            self.reach(now);
            let ends = self.usable(compute, now).map(|pack| pack.expires);
            let change = ends.chain([self.refreshes()]).min().unwrap_or(end);
            // The second in which something changes belongs to what was before.
            let until = change.0.saturating_sub(now.0).saturating_add(MICROS - 1) / MICROS;
            let span = rest.min(until.max(1));
            self.take(compute, span, now, &mut charge);
            rest -= span;
        }
        charge
    }

    fn take(&mut self, compute: Compute, seconds: i64, now: Time, charge: &mut Charge) {
        let mut rest = seconds;
        let plan = rest.min(self.plan_left(compute));
        self.used[index(compute)] += plan;
        charge.plan += plan;
        rest -= plan;
        for pack in &mut self.packs {
            if pack.compute == compute && pack.expires > now {
                let taken = rest.min(pack.left);
                pack.left -= taken;
                charge.packs += taken;
                rest -= taken;
            }
        }
        let paid = rest.min(self.balance_seconds(compute));
        let price = paid * compute.hourly_price();
        // A fen is taken when its first part is needed.
        let fen = ((price - self.credit).max(0) + PARTS - 1) / PARTS;
        self.balance -= fen;
        self.credit += fen * PARTS - price;
        charge.fen += fen;
        charge.balance += paid;
        charge.waived += rest - paid;
    }
}

#[cfg(test)]
mod tests;
