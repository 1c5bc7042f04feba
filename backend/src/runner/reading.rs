//! What a command uses of the machine at one moment.

use std::time::Duration;

/// What is measured. As an index, the place in [`Reading::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Time of processors, in thousandths of one.
    Cpu,
    /// Memory in bytes; what processes share counts once.
    Memory,
    /// Bytes a second read from disks.
    DiskRead,
    /// Bytes a second written to disks.
    DiskWrite,
    /// Bytes a second received in a network of its own.
    NetIn,
    /// Bytes a second sent there.
    NetOut,
    /// Mean use of its graphics cards, in percent.
    Gpu,
    /// Memory used on them together, in bytes.
    GpuMemory,
}

/// How many metrics there are.
pub const METRICS: usize = 8;

/// What was measured, by [`Metric`]; none for what cannot be known.
pub type Values = [Option<u64>; METRICS];

/// One measurement: of the time since the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// When, since the first look.
    pub at: Duration,
    /// What.
    pub values: Values,
}
