//! Measures what a command's processes use, from /proc.

use super::counters::{Counted, Owed, counted, disk, ticks};
use super::gpu::{self, Cards};
use super::processes::{Group, Process, proportional};
use super::reading::{METRICS, Metric, Reading, Values};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};

/// How often.
pub const EVERY: Duration = Duration::from_secs(1);
/// Resident bytes from which on it matters what a process shares with others.
const LARGE: u64 = 32 << 20;
/// Looking at what is shared may take this part of one processor's time: one in so many.
const SHARE_COST: u32 = 50;

/// Measures until nobody listens or the task that runs this is ended.
pub async fn run(
    mut group: watch::Receiver<Option<Group>>,
    devices: Vec<PathBuf>,
    readings: mpsc::Sender<Reading>,
) {
    let found = match group.wait_for(Option::is_some).await {
        Ok(found) => found.clone(),
        Err(_) => None,
    };
    let Some(group) = found else {
        return;
    };
    let cards = gpu::watch(&devices);
    let mut sampler = Sampler::default();
    let begin = Instant::now();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = readings.closed() => return,
        }
        let (group, mut eyes) = (group.clone(), sampler);
        let look = tokio::task::spawn_blocking(move || {
            let values = eyes.look(&group, Instant::now());
            (eyes, values)
        });
        let Ok((back, values)) = look.await else {
            return;
        };
        sampler = back;
        let Some(mut values) = values else {
            continue;
        };
        let Cards { busy, memory } = cards.as_ref().map_or_else(Cards::default, gpu::Watch::now);
        values[Metric::Gpu as usize] = busy;
        values[Metric::GpuMemory as usize] = memory;
        let at = begin.elapsed();
        // Whoever is slow misses some: the next ones come.
        readings.try_send(Reading { at, values }).ok();
    }
}

/// What was seen at the last look.
#[derive(Debug, Default)]
struct Sampler {
    before: Option<Seen>,
    owed: Owed,
    share: Share,
}

#[derive(Debug)]
struct Seen {
    at: Instant,
    counted: Counted,
    network: Option<(u64, u64)>,
}

impl Sampler {
    /// What was used since the look before; none at the first one.
    fn look(&mut self, group: &Group, at: Instant) -> Option<Values> {
        let family = group.family();
        let now = Seen {
            at,
            counted: family.iter().map(counted).collect(),
            network: family.iter().find_map(|process| network(process.pid)),
        };
        let memory = self.share.memory(&family, at);
        let values = self.before.as_ref().map(|before| {
            let mut values = between(before, &now, &mut self.owed);
            values[Metric::Memory as usize] = Some(memory);
            values
        });
        self.before = Some(now);
        values
    }
}

/// The rates between two looks; memory and graphics cards are not among them.
fn between(before: &Seen, now: &Seen, owed: &mut Owed) -> Values {
    let seconds = now.at.duration_since(before.at).as_secs_f64().max(0.001);
    let rate = |count: u64| (count as f64 / seconds).round() as u64;
    let cpu = ticks(&before.counted, &now.counted, owed) as f64 * 1000.0;
    let cpu = cpu / rustix::param::clock_ticks_per_second() as f64 / seconds;
    // Ticks are counted when they end, so a busy processor may seem to have given more than it has.
    let most =
        std::thread::available_parallelism().map_or(u64::MAX, |count| count.get() as u64 * 1000);
    let disk = disk(&before.counted, &now.counted, owed);
    let network = before.network.zip(now.network).map(|(before, now)| {
        (
            now.0.saturating_sub(before.0),
            now.1.saturating_sub(before.1),
        )
    });
    let mut values = [None; METRICS];
    values[Metric::Cpu as usize] = Some((cpu.round() as u64).min(most));
    values[Metric::DiskRead as usize] = disk.map(|(read, _)| rate(read));
    values[Metric::DiskWrite as usize] = disk.map(|(_, written)| rate(written));
    values[Metric::NetIn as usize] = network.map(|(received, _)| rate(received));
    values[Metric::NetOut as usize] = network.map(|(_, sent)| rate(sent));
    values
}

/// Memory that processes share, such as what a forked worker has not changed, counts once. To look at that takes time
/// with the size of what is looked at; in between, the last relation to what is resident stands.
#[derive(Debug)]
struct Share {
    relation: f64,
    again: Option<Instant>,
}

impl Default for Share {
    fn default() -> Self {
        Self {
            relation: 1.0,
            again: None,
        }
    }
}

impl Share {
    fn memory(&mut self, family: &[Process], at: Instant) -> u64 {
        let resident: u64 = family.iter().map(|process| process.resident).sum();
        let large = family.iter().filter(|process| process.resident >= LARGE);
        if large.count() < 2 {
            return resident;
        }
        if self.again.is_none_or(|again| at >= again) {
            let share = |process: &Process| match process.resident >= LARGE {
                true => proportional(process.pid).unwrap_or(process.resident),
                false => process.resident,
            };
            let begin = Instant::now();
            let shared: u64 = family.iter().map(share).sum();
            self.again = Some(at + begin.elapsed() * SHARE_COST);
            self.relation = (shared as f64 / resident as f64).min(1.0);
        }
        (resident as f64 * self.relation) as u64
    }
}

/// Bytes received and sent so far in the network of a process. None where it is the machine's own: then they are
/// everybody's.
fn network(pid: i32) -> Option<(u64, u64)> {
    let own = fs::read_link(format!("/proc/{pid}/ns/net")).ok()?;
    if fs::read_link("/proc/self/ns/net").ok()? == own {
        return None;
    }
    let text = fs::read_to_string(format!("/proc/{pid}/net/dev")).ok()?;
    Some(parse_network(&text))
}

/// The sums over all interfaces of /proc/PID/net/dev.
fn parse_network(text: &str) -> (u64, u64) {
    let interfaces = text.lines().filter_map(|line| {
        let (_, counts) = line.split_once(':')?;
        let counts: Vec<u64> = counts
            .split_ascii_whitespace()
            .map_while(|count| count.parse().ok())
            .collect();
        Some((*counts.first()?, *counts.get(8)?))
    });
    interfaces.fold((0, 0), |sum, (received, sent)| {
        (sum.0 + received, sum.1 + sent)
    })
}

#[cfg(test)]
mod tests {
    use super::super::counters::tests::all;
    use super::*;

    #[test]
    fn all_interfaces_are_summed_up() {
        let dev = concat!(
            "Inter-|   Receive                                                |  Transmit\n",
            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n",
            "    lo: 1000      10    0    0    0     0          0         0     1000      10    0    0    0     0       0          0\n",
            "  eth0:12345      98    0    0    0     0          0         0      678       9    0    0    0     0       0          0\n",
        );
        assert_eq!(parse_network(dev), (13_345, 1678));
        assert_eq!(parse_network("lo: x"), (0, 0));
    }

    #[test]
    fn rates_are_those_of_the_time_that_has_passed() {
        let at = Instant::now();
        let before = Seen {
            at,
            counted: all(&[(1, 100, 0, 1000)]),
            network: Some((10, 20)),
        };
        let now = Seen {
            at: at + Duration::from_secs(2),
            counted: all(&[(1, 150, 0, 5000)]),
            network: Some((30, 20)),
        };
        let values = between(&before, &now, &mut Owed::default());
        let ticks = rustix::param::clock_ticks_per_second();
        assert_eq!(values[Metric::Cpu as usize], Some(50 * 1000 / ticks / 2));
        assert_eq!(values[Metric::DiskRead as usize], Some(2000));
        assert_eq!(values[Metric::DiskWrite as usize], Some(4000));
        assert_eq!(
            (
                values[Metric::NetIn as usize],
                values[Metric::NetOut as usize]
            ),
            (Some(10), Some(0))
        );
        // Two looks at once do no harm.
        assert!(between(&now, &now, &mut Owed::default())[Metric::Cpu as usize] == Some(0));
    }

    #[test]
    fn this_process_is_seen_to_work() {
        let group = Group::Marked {
            root: std::process::id() as i32,
            task: "none".to_owned(),
        };
        let mut sampler = Sampler::default();
        let begin = Instant::now();
        assert_eq!(sampler.look(&group, begin), None);
        let mut sum = 0_u64;
        while begin.elapsed() < Duration::from_millis(300) {
            sum = std::hint::black_box(sum.wrapping_mul(31) + 1);
        }
        let values = sampler.look(&group, Instant::now()).unwrap();
        assert!(values[Metric::Cpu as usize].unwrap() > 100, "{values:?}");
        assert!(
            values[Metric::Memory as usize].unwrap() > 1 << 20,
            "{values:?}"
        );
        assert_eq!(
            values[Metric::NetIn as usize],
            None,
            "the network is everybody's"
        );
    }
}
