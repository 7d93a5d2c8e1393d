//! What the process uses, as Linux tells it.

use std::{fs, io};

use tokio::runtime::Handle;

/// What is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gauge {
    /// Resident memory in KiB.
    pub(super) memory: u64,
    /// Open file descriptors.
    pub(super) files: usize,
    /// Tasks of the runtime that are not over.
    pub(super) tasks: usize,
}

impl Gauge {
    /// Measures.
    pub(super) fn read() -> io::Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = memory.and_then(|text| text.split_whitespace().next()).and_then(|number| number.parse().ok());
        let memory = memory.ok_or_else(|| io::Error::other("/proc/self/status tells no VmRSS"))?;
        let files = fs::read_dir("/proc/self/fd")?.count();
        Ok(Self { memory, files, tasks: Handle::current().metrics().num_alive_tasks() })
    }
}
