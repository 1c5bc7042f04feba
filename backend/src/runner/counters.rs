//! What the kernel counts for each process, and what of it is new between two looks.

use super::processes::Process;
use std::collections::HashMap;
use std::fs;

/// What has been counted for one process since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    /// Its own ticks of processor time.
    pub(super) own: u64,
    /// Those of its children that it has waited for.
    pub(super) reaped: u64,
    /// Bytes read from disks, and written to them; children it has waited for counted. None where it is not told.
    pub(super) disk: Option<(u64, u64)>,
}

/// A process by its id, and its start, which tells it from a later one with that id.
pub(super) type Key = (i32, u64);
pub(super) type Counted = HashMap<Key, Counters>;

/// What /proc tells of a process.
pub(super) fn counted(process: &Process) -> (Key, Counters) {
    let counters = Counters {
        own: process.ticks,
        reaped: process.reaped_ticks,
        disk: fs::read_to_string(format!("/proc/{}/io", process.pid))
            .ok()
            .and_then(|text| parse_io(&text)),
    };
    ((process.pid, process.started), counters)
}

/// What was counted for processes that are gone and is in no parent's count yet. A parent may have been looked at just
/// before it waited: then it is there at the next look, and was seen before. What is not there by then never comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Owed {
    ticks: u64,
    read: u64,
    written: u64,
}

/// Processor time that was used between two looks, in ticks. Processes that have ended meanwhile are in what their
/// parents reaped, as far as that was not seen before they ended.
pub(super) fn ticks(before: &Counted, now: &Counted, owed: &mut Owed) -> u64 {
    let (mut own, mut reaped) = (0, 0);
    for (key, counters) in now {
        let known = before.get(key).copied().unwrap_or_default();
        own += counters.own.saturating_sub(known.own);
        reaped += counters.reaped.saturating_sub(known.reaped);
    }
    let gone = gone(before, now, |counters| counters.own + counters.reaped);
    own + settle(reaped, gone, &mut owed.ticks).unwrap_or(0)
}

/// Bytes read and written between two looks. The kernel counts those of a process and of the children it reaped in one.
pub(super) fn disk(before: &Counted, now: &Counted, owed: &mut Owed) -> Option<(u64, u64)> {
    now.values().find_map(|counters| counters.disk)?;
    let count = |part: fn((u64, u64)) -> u64, owed: &mut u64| {
        let of = |counters: &Counters| counters.disk.map_or(0, part);
        let grown = now
            .iter()
            .map(|(key, counters)| of(counters).saturating_sub(before.get(key).map_or(0, of)));
        let grown = grown.sum();
        // Without what is gone it is what others did.
        settle(grown, gone(before, now, of), owed).unwrap_or(grown)
    };
    let read = count(|disk| disk.0, &mut owed.read);
    Some((read, count(|disk| disk.1, &mut owed.written)))
}

/// What of `grown` was not seen at the processes that are gone; none where these are not in it.
fn settle(grown: u64, gone: u64, owed: &mut u64) -> Option<u64> {
    let new = grown.checked_sub(gone + *owed);
    *owed = if new.is_some() { 0 } else { gone };
    new
}

/// What had been counted for processes that are no longer there.
fn gone(before: &Counted, now: &Counted, count: impl Fn(&Counters) -> u64) -> u64 {
    let gone = before.iter().filter(|(key, _)| !now.contains_key(*key));
    gone.map(|(_, counters)| count(counters)).sum()
}

/// `read_bytes` and `write_bytes` of /proc/PID/io.
fn parse_io(text: &str) -> Option<(u64, u64)> {
    let number = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key));
        line?.trim().parse().ok()
    };
    Some((number("read_bytes:")?, number("write_bytes:")?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn all(list: &[(i32, u64, u64, u64)]) -> Counted {
        let one = |(pid, own, reaped, read): &(i32, u64, u64, u64)| {
            let disk = Some((*read, 2 * *read));
            (
                (*pid, 1),
                Counters {
                    own: *own,
                    reaped: *reaped,
                    disk,
                },
            )
        };
        list.iter().map(one).collect()
    }

    #[test]
    fn time_of_children_that_ended_is_counted_once() {
        let before = all(&[(1, 10, 0, 5), (2, 50, 0, 100)]);
        let used = |now: &Counted| ticks(&before, now, &mut Owed::default());
        assert_eq!(used(&all(&[(1, 11, 0, 5), (2, 90, 0, 100)])), 41);
        // The second has ended after 60 more and was waited for; a third came and went in between (7).
        assert_eq!(used(&all(&[(1, 12, 117, 5)])), 2 + 67);
        // Nobody waited for it.
        assert_eq!(used(&all(&[(1, 12, 0, 5)])), 2);
        // A new one.
        let new = all(&[(1, 10, 0, 5), (2, 50, 0, 100), (3, 4, 5, 0)]);
        assert_eq!(used(&new), 9);
        // Another process with the id of one that ended.
        let mut other = all(&[(1, 10, 50, 5)]);
        let third = Counters {
            own: 3,
            ..Counters::default()
        };
        other.insert((2, 99), third);
        assert_eq!(used(&other), 3);
        assert_eq!(used(&Counted::new()), 0);
    }

    #[test]
    fn bytes_of_children_that_ended_are_counted_once() {
        let before = all(&[(1, 0, 0, 5), (2, 0, 0, 100)]);
        let used = |now: &Counted| disk(&before, now, &mut Owed::default());
        let both = all(&[(1, 0, 0, 6), (2, 0, 0, 140)]);
        assert_eq!(used(&both), Some((41, 82)));
        assert_eq!(used(&all(&[(1, 0, 0, 125)])), Some((20, 40)));
        assert_eq!(used(&all(&[(1, 0, 0, 8)])), Some((3, 6)));
        let hidden = HashMap::from([((1, 1), Counters::default())]);
        assert_eq!(used(&hidden), None);
    }

    #[test]
    fn a_parent_that_waits_while_it_is_looked_at_is_no_peak() {
        let looks = [
            all(&[(1, 10, 0, 5), (2, 5000, 0, 9000)]),
            all(&[(1, 11, 0, 6)]),
            all(&[(1, 12, 5003, 9007)]),
            all(&[(1, 13, 5003, 9008)]),
        ];
        let mut owed = Owed::default();
        let used: Vec<_> = looks
            .windows(2)
            .map(|pair| {
                let ticks = ticks(&pair[0], &pair[1], &mut owed);
                (ticks, disk(&pair[0], &pair[1], &mut owed).unwrap().0)
            })
            .collect();
        assert_eq!(used, [(1, 1), (4, 1), (1, 1)]);
        assert_eq!(owed, Owed::default());
        // What nobody waited for is forgotten at the next look.
        assert_eq!(settle(0, 70, &mut owed.ticks), None);
        assert_eq!(settle(1, 0, &mut owed.ticks), None);
        assert_eq!(settle(1, 0, &mut owed.ticks), Some(1));
    }

    #[test]
    fn what_the_kernel_writes_is_read() {
        let io = "rchar: 3980\nwchar: 22\nsyscr: 9\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n";
        assert_eq!(parse_io(io), Some((4096, 8192)));
        assert_eq!(parse_io(""), None);
    }
}
