//! What a task used of the machine while it ran.

use crate::Time;
use serde::{Deserialize, Serialize};

/// Query of `GET /experiment/{id}/monitor`: what the client has, so that only the rest is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct MonitorQuery {
    /// How many samples it has.
    pub from: u64,
    /// Of how many seconds each is; unless it is that still, all are sent.
    pub interval: u32,
}

/// A metric over time, a value for each sample; null where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonitorColumn {
    /// The means.
    pub mean: Vec<Option<u64>>,
    /// The largest; left out where they are the means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub max: Vec<Option<u64>>,
}

impl MonitorColumn {
    /// The largest values, also where the wire left them out.
    pub fn largest(&self) -> &[Option<u64>] {
        match self.max.is_empty() {
            true => &self.mean,
            false => &self.max,
        }
    }

    /// A column of these; the largest are left out where they are the means.
    pub fn new(mean: Vec<Option<u64>>, max: Vec<Option<u64>>) -> Self {
        let max = if max == mean { Vec::new() } else { max };
        Self { mean, max }
    }
}

/// Answer to `GET /experiment/{id}/monitor`: samples of one length each, column by column. A column of which nothing is
/// known is left out.
///
/// Sample n is of the seconds from `start` + (`from` + n) · `interval` on. The interval doubles as a run grows, so that
/// there are at most 2,048 samples: whoever has those of another one gets all anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Monitor {
    /// When the first sample of all begins; none where nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Time>,
    /// Seconds of a sample.
    pub interval: u32,
    /// How many samples come before those of this answer.
    pub from: u64,
    /// How many these are.
    pub count: u64,
    /// Whether the task has ended: no more will come.
    pub ended: bool,
    /// Processors of the machine.
    pub cores: u32,
    /// Memory that the task may use, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_limit: Option<u64>,
    /// Processor time, in thousandths of one processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<MonitorColumn>,
    /// Memory, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<MonitorColumn>,
    /// Bytes a second read from disks; what comes out of the system's cache is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_read: Option<MonitorColumn>,
    /// Bytes a second written to disks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_write: Option<MonitorColumn>,
    /// Bytes a second received in the sandbox's own network, from its own processes too. Left out where it shares the
    /// machine's, which cannot be told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_in: Option<MonitorColumn>,
    /// Bytes a second sent there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_out: Option<MonitorColumn>,
    /// How busy the task's graphics cards are on average, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<MonitorColumn>,
    /// Memory used on them together, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu_memory: Option<MonitorColumn>,
}

impl Monitor {
    /// The query for what comes after this.
    pub fn next(&self) -> MonitorQuery {
        MonitorQuery {
            from: self.from + self.count,
            interval: self.interval,
        }
    }

    /// Takes the answer to [`Monitor::next`]: goes on with it, or is replaced where the server began anew.
    pub fn take(&mut self, newer: Self) {
        let goes_on = self.start == newer.start
            && self.interval == newer.interval
            && self.from + self.count == newer.from;
        if !goes_on {
            *self = newer;
            return;
        }
        let counts = (self.count as usize, newer.count as usize);
        for (column, more) in [
            (&mut self.cpu, newer.cpu),
            (&mut self.memory, newer.memory),
            (&mut self.disk_read, newer.disk_read),
            (&mut self.disk_write, newer.disk_write),
            (&mut self.net_in, newer.net_in),
            (&mut self.net_out, newer.net_out),
            (&mut self.gpu, newer.gpu),
            (&mut self.gpu_memory, newer.gpu_memory),
        ] {
            join(column, more, counts);
        }
        self.count += newer.count;
        self.ended = newer.ended;
    }
}

/// Puts `more` behind `column`, which have so many samples, also where they are left out.
fn join(column: &mut Option<MonitorColumn>, more: Option<MonitorColumn>, counts: (usize, usize)) {
    if column.is_none() && more.is_none() {
        return;
    }
    let unknown = |count| MonitorColumn {
        mean: vec![None; count],
        max: Vec::new(),
    };
    let column = column.get_or_insert_with(|| unknown(counts.0));
    let more = more.unwrap_or_else(|| unknown(counts.1));
    if !column.max.is_empty() || !more.max.is_empty() {
        if column.max.is_empty() {
            column.max = column.mean.clone();
        }
        column.max.extend(more.largest());
    }
    column.mean.extend(more.mean);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    fn column(mean: &[u64], max: &[u64]) -> Option<MonitorColumn> {
        let known = |values: &[u64]| values.iter().copied().map(Some).collect();
        Some(MonitorColumn::new(known(mean), known(max)))
    }

    fn part(from: u64, cpu: &[u64]) -> Monitor {
        Monitor {
            start: Some(Time(0)),
            interval: 1,
            from,
            count: cpu.len() as u64,
            cores: 2,
            cpu: column(cpu, cpu),
            ..Monitor::default()
        }
    }

    #[test]
    fn a_monitor_is_exact() {
        let nothing = Monitor::default();
        let text = r#"{"interval":0,"from":0,"count":0,"ended":false,"cores":0}"#;
        assert_wire(&nothing, text);
        let mut full = part(3, &[1500, 20]);
        full.memory_limit = Some(8);
        full.memory = column(&[5, 6], &[7, 6]);
        full.net_in = Some(MonitorColumn::new(vec![None, Some(1)], vec![None, Some(1)]));
        full.ended = true;
        assert_wire(
            &full,
            concat!(
                r#"{"start":"1970-01-01T00:00:00","interval":1,"from":3,"count":2,"ended":true,"cores":2,"memory_limit":8,"#,
                r#""cpu":{"mean":[1500,20]},"memory":{"mean":[5,6],"max":[7,6]},"net_in":{"mean":[null,1]}}"#
            ),
        );
    }

    #[test]
    fn answers_are_put_behind_each_other() {
        let mut all = part(0, &[1, 2]);
        assert_eq!(
            all.next(),
            MonitorQuery {
                from: 2,
                interval: 1
            }
        );
        let mut newer = part(2, &[3]);
        newer.memory = column(&[4], &[5]);
        newer.ended = true;
        all.take(newer);
        assert_eq!(all.cpu, column(&[1, 2, 3], &[1, 2, 3]));
        let memory = all.memory.clone().unwrap();
        assert_eq!(memory.mean, [None, None, Some(4)]);
        assert_eq!(memory.largest(), [None, None, Some(5)]);
        assert_eq!((all.count, all.ended), (3, true));
        // Nothing new, a column that is left out, and one that gets its largest.
        all.take(part(3, &[]));
        let mut empty = part(3, &[9]);
        empty.cpu = None;
        all.take(empty);
        assert_eq!(
            all.cpu.as_ref().unwrap().mean,
            [Some(1), Some(2), Some(3), None]
        );
        let mut high = part(4, &[1]);
        high.cpu = column(&[1], &[8]);
        all.take(high);
        let cpu = all.cpu.as_ref().unwrap();
        assert_eq!(cpu.max, [Some(1), Some(2), Some(3), None, Some(8)]);
    }

    #[test]
    fn what_does_not_go_on_replaces() {
        for other in [
            part(1, &[7]),
            part(5, &[7]),
            Monitor {
                interval: 2,
                ..part(2, &[7])
            },
            Monitor {
                start: None,
                ..part(2, &[7])
            },
        ] {
            let mut all = part(0, &[1, 2]);
            all.take(other.clone());
            assert_eq!(all, other);
        }
    }
}
