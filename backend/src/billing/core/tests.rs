//! The rules by examples, and over random histories.

use super::*;
use proptest::prelude::*;

const HOUR: i64 = 3600;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn at(seconds: i64) -> Time {
    Time::from_seconds(1_770_000_000 + seconds)
}

fn account() -> Account {
    Account::new(at(0))
}

#[test]
fn the_plan_comes_first_then_packs_by_their_end_then_the_balance() {
    let mut account = account();
    account.add_pack("b".into(), Compute::Cpu, 100, at(20));
    account.add_pack("a".into(), Compute::Cpu, 100, at(10));
    account.add_pack("g".into(), Compute::Gpu, 100, at(0));
    account.balance = 2;
    account.used = [10 * HOUR - 50, 0];
    let charge = account.charge(Compute::Cpu, 120, at(200));
    assert_eq!(
        (charge.plan, charge.packs, charge.balance, charge.waived),
        (50, 70, 0, 0)
    );
    let left: Vec<i64> = account.packs.iter().map(|pack| pack.left).collect();
    assert_eq!(left, [100, 30, 100], "the first to end, of its own kind");
    let charge = account.charge(Compute::Cpu, 300, at(500));
    // 2 fen are 72 seconds.
    assert_eq!(
        (charge.packs, charge.balance, charge.waived, charge.fen),
        (130, 72, 98, 2)
    );
    assert!(!account.can_pay(Compute::Cpu, at(500)) && account.can_pay(Compute::Gpu, at(500)));
}

#[test]
fn an_hour_costs_its_price_in_whatever_pieces() {
    for piece in [1, 7, 10, 36, 3600] {
        for (compute, price) in [(Compute::Cpu, 100), (Compute::Gpu, 800)] {
            let mut account = account();
            account.used = [10 * HOUR, 0];
            account.balance = 1000;
            let mut rest = HOUR;
            while rest > 0 {
                let seconds = rest.min(piece);
                account.charge(compute, seconds, at(HOUR - rest + seconds));
                rest -= seconds;
            }
            assert_eq!((account.balance, account.credit), (1000 - price, 0));
        }
    }
}

#[test]
fn a_begun_fen_is_taken_once() {
    let mut account = account();
    account.used = [10 * HOUR, 0];
    account.balance = 1;
    assert_eq!(account.charge(Compute::Cpu, 1, at(1)).fen, 1);
    assert_eq!(account.charge(Compute::Cpu, 35, at(36)).fen, 0);
    assert_eq!((account.balance, account.credit), (0, 0));
    assert_eq!(account.charge(Compute::Cpu, 1, at(37)).waived, 1);
}

#[test]
fn months_begin_on_their_day_and_carry_nothing_over() {
    let mut account = Account::new(time("2026-01-31T10:00:00"));
    account.used = [10 * HOUR, 0];
    account.reach(time("2026-02-28T09:59:59"));
    assert_eq!(account.plan_left(Compute::Cpu), 0);
    account.reach(time("2026-02-28T10:00:00"));
    assert_eq!(account.plan_left(Compute::Cpu), 10 * HOUR);
    assert_eq!(account.refreshes(), time("2026-03-31T10:00:00"));
    account.reach(time("2026-08-01T00:00:00"));
    assert_eq!(account.plan_left(Compute::Cpu), 10 * HOUR);
    // The clock goes back: no month comes back with it.
    account.used[0] = 5;
    account.reach(time("2026-03-01T00:00:00"));
    assert_eq!((account.period, account.used[0]), (6, 5));
}

#[test]
fn a_task_across_the_end_of_a_month_pays_in_both() {
    let mut account = account();
    let refresh = account.refreshes();
    account.used = [10 * HOUR - 30, 0];
    let charge = account.charge(Compute::Cpu, 100, Time(refresh.0 + 40 * MICROS));
    // 60 before, of which 30 had time left; 40 after.
    assert_eq!((charge.plan, charge.waived), (70, 30));
    assert_eq!(account.plan_left(Compute::Cpu), 10 * HOUR - 40);
}

#[test]
fn a_pack_ends_in_the_middle_of_a_task() {
    let mut account = account();
    account.add_pack("a".into(), Compute::Gpu, 1000, at(0));
    let end = account.packs[0].expires;
    let charge = account.charge(Compute::Gpu, 100, Time(end.0 + 60 * MICROS));
    assert_eq!((charge.packs, charge.waived), (40, 60));
    assert_eq!(account.usable(Compute::Gpu, end).count(), 0);
}

#[test]
fn vip_begins_a_month_and_is_extended_from_its_end() {
    let mut account = Account::new(time("2026-01-10T00:00:00"));
    account.used = [10 * HOUR, 0];
    let bought = time("2026-01-31T08:00:00");
    account.add_vip(1, bought);
    assert_eq!(
        (account.plan(), account.plan_left(Compute::Gpu)),
        (Plan::Vip, 10 * HOUR)
    );
    assert_eq!(account.vip_until(), Some(time("2026-02-28T08:00:00")));
    account.used = [HOUR, 0];
    account.add_vip(3, time("2026-02-10T00:00:00"));
    // Counted from the day it was bought: the short month takes no days from the longer ones.
    assert_eq!(account.vip_until(), Some(time("2026-05-31T08:00:00")));
    assert_eq!(account.used[0], HOUR, "the month goes on");
    account.reach(time("2026-05-31T08:00:00"));
    assert_eq!(
        (account.plan(), account.plan_left(Compute::Cpu)),
        (Plan::Free, 10 * HOUR)
    );
    account.add_vip(1, time("2026-06-20T00:00:00"));
    assert_eq!(account.vip_until(), Some(time("2026-07-20T00:00:00")));
}

#[test]
fn how_long_tasks_can_go_on_is_told() {
    let mut account = account();
    account.used = [10 * HOUR - 100, 0];
    assert_eq!(account.lasts([0, 0], at(0)), i64::MAX);
    assert_eq!(account.lasts([2, 0], at(0)), 50);
    account.balance = 1;
    // A fen is 36 seconds of one CPU task, 18 of two, and 4 of one together with a GPU task.
    assert_eq!(account.lasts([2, 0], at(0)), 68);
    assert_eq!(account.lasts([1, 1], at(0)), 4);
}

/// What can happen to an account.
#[derive(Clone, Debug)]
enum Event {
    /// The clock goes on, or jumps; the tasks that run go on by `run` seconds.
    Pass {
        jump: i64,
        run: i64,
    },
    Begin(bool),
    End,
    /// What was not charged is lost to us, never to the user: the tasks end as the last slice left them.
    Crash,
    Recharge(i64),
    Vip(i64),
    EndVip,
    Pack {
        gpu: bool,
        seconds: i64,
    },
    Spend(i64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (prop_oneof![
            6 => Just(0), 2 => 0..3 * 86_400_i64, 1 => -86_400..0_i64, 1 => 0..400 * 86_400_i64
        ], prop_oneof![4 => 0..20_i64, 1 => 0..40_000_i64])
            .prop_map(|(jump, run)| Event::Pass { jump, run }),
        4 => any::<bool>().prop_map(Event::Begin),
        2 => Just(Event::End),
        1 => Just(Event::Crash),
        2 => (1..2000_i64).prop_map(Event::Recharge),
        1 => (1..7_i64).prop_map(Event::Vip),
        1 => Just(Event::EndVip),
        2 => (any::<bool>(), 1..50_000_i64).prop_map(|(gpu, seconds)| Event::Pack { gpu, seconds }),
        1 => (1..1000_i64).prop_map(Event::Spend),
    ]
}

/// A running task: its kind, the seconds it ran, and those that were charged.
struct Task {
    compute: Compute,
    ran: i64,
    charged: i64,
}

/// The books beside the account, kept in the simplest way.
#[derive(Default)]
struct Books {
    came_in: i64,
    went_out: i64,
    usage_fen: i64,
    paid_parts: i64,
    pack_seconds: i64,
    taken_from_packs: i64,
    ran: i64,
    accounted: i64,
}

fn settle(account: &mut Account, books: &mut Books, task: &mut Task, now: Time) {
    let before = account.clone();
    let seconds = task.ran - task.charged;
    let could = account.can_pay(task.compute, now);
    let charge = account.charge(task.compute, seconds, now);
    assert_eq!(charge.seconds(), seconds, "no second is lost or doubled");
    assert!(charge.plan >= 0 && charge.packs >= 0 && charge.balance >= 0 && charge.waived >= 0);
    assert_eq!(before.balance - account.balance, charge.fen);
    if charge.waived > 0 {
        // At the end of the slice nothing is left, unless a month began within it.
        assert!(!account.can_pay(task.compute, now) || account.period > before.period || !could);
    }
    // Twice is once: what has been charged is not charged again.
    task.charged = task.ran;
    let again = account
        .clone()
        .charge(task.compute, task.ran - task.charged, now);
    assert_eq!(again, Charge::default());
    books.went_out += charge.fen;
    books.usage_fen += charge.fen;
    books.paid_parts += charge.balance * task.compute.hourly_price();
    books.taken_from_packs += charge.packs;
    books.accounted += charge.seconds();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_books_are_right_after_any_history(events in proptest::collection::vec(event(), 1..80)) {
        let mut now = at(0);
        let mut account = Account::new(now);
        let mut books = Books::default();
        let mut tasks: Vec<Task> = Vec::new();
        for event in events {
            match event {
                Event::Pass { jump, run } => {
                    now = Time(now.0 + (jump + run) * MICROS);
                    for task in &mut tasks {
                        task.ran += run;
                        books.ran += run;
                        settle(&mut account, &mut books, task, now);
                    }
                }
                Event::Begin(gpu) => tasks.push(Task {
                    compute: if gpu { Compute::Gpu } else { Compute::Cpu },
                    ran: 0,
                    charged: 0,
                }),
                Event::End => if let Some(mut task) = tasks.pop() {
                    task.ran += 1;
                    books.ran += 1;
                    settle(&mut account, &mut books, &mut task, now);
                },
                Event::Crash => tasks.clear(),
                Event::Recharge(amount) => {
                    account.balance += amount;
                    books.came_in += amount;
                }
                Event::Vip(months) => {
                    let before = account.vip_until().filter(|until| *until > now);
                    account.add_vip(months, now);
                    prop_assert_eq!(account.plan(), Plan::Vip);
                    prop_assert!(account.vip_until() > before);
                }
                Event::EndVip => account.end_vip(now),
                Event::Pack { gpu, seconds } => {
                    let compute = if gpu { Compute::Gpu } else { Compute::Cpu };
                    account.add_pack(format!("{}", books.pack_seconds), compute, seconds, now);
                    books.pack_seconds += seconds;
                }
                Event::Spend(amount) => if account.balance >= amount {
                    account.balance -= amount;
                    books.went_out += amount;
                },
            }
            prop_assert!(account.balance >= 0);
            prop_assert!((0..PARTS).contains(&account.credit));
            prop_assert_eq!(account.balance, books.came_in - books.went_out);
            for compute in Compute::ALL {
                let used = account.used[index(compute)];
                prop_assert!((0..=account.limits().seconds(compute)).contains(&used));
            }
        }
        // Every part of every fen that tasks took is a used second, or still the credit.
        prop_assert_eq!(books.paid_parts + account.credit, books.usage_fen * PARTS);
        prop_assert_eq!(books.ran, books.accounted);
        let left: i64 = account.packs.iter().map(|pack| pack.left).sum();
        prop_assert_eq!(books.pack_seconds - books.taken_from_packs, left);
        prop_assert!(account.packs.iter().all(|pack| pack.left >= 0));
    }

    #[test]
    fn slices_of_any_length_come_to_the_same(
        total in 1..20_000_i64, piece in 1..600_i64, balance in 0..300_i64, gpu in any::<bool>(), pack in 0..5000_i64,
    ) {
        let compute = if gpu { Compute::Gpu } else { Compute::Cpu };
        let mut whole = Account::new(at(0));
        whole.balance = balance;
        whole.used = [10 * HOUR - 1000, 0];
        whole.add_pack("a".into(), compute, pack, at(0));
        let mut sliced = whole.clone();
        let all = whole.charge(compute, total, at(total));
        let mut sum = Charge::default();
        let mut done = 0;
        while done < total {
            let seconds = piece.min(total - done);
            done += seconds;
            let part = sliced.charge(compute, seconds, at(done));
            sum.plan += part.plan;
            sum.packs += part.packs;
            sum.balance += part.balance;
            sum.waived += part.waived;
            sum.fen += part.fen;
        }
        prop_assert_eq!(all, sum);
        prop_assert_eq!(whole, sliced);
    }
}
