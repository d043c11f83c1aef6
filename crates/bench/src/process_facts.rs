//! What the kernel tells about a process: CPU time in nanoseconds and memory.

use std::fs;

/// Nanoseconds on a CPU, all threads together. Ticks would be too coarse for runs of a second.
pub(crate) fn cpu_nanos(pid: u32) -> u64 {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return 0 };
    let of = |task: std::io::Result<fs::DirEntry>| {
        let text = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    tasks.filter_map(of).sum()
}

/// Resident memory now and at its highest since [`forget_peak`], in MiB.
pub(crate) fn memory(pid: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    Memory { now: field(&status, "VmRSS:"), peak: field(&status, "VmHWM:") }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    pub(crate) now: f64,
    pub(crate) peak: f64,
}

/// Lets the highest memory count from now on.
pub(crate) fn forget_peak(pid: u32) {
    // without the right to do it the peak is that of the whole life, which is above it
    fs::write(format!("/proc/{pid}/clear_refs"), "5").ok();
}

/// A line of `/proc/PID/status` in kB, as MiB.
fn field(status: &str, name: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_status() {
        let status = "Name:\tx\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        assert!((field(status, "VmRSS:") - 10.0).abs() < 1e-9);
        assert!((field(status, "VmHWM:") - 20.0).abs() < 1e-9);
        assert!(field(status, "VmSwap:").abs() < 1e-9);
    }

    #[test]
    fn our_own_process_is_known() {
        let pid = std::process::id();
        assert!(cpu_nanos(pid) > 0);
        assert!(memory(pid).now > 0.0);
        assert_eq!((cpu_nanos(u32::MAX), memory(u32::MAX)), (0, Memory::default()));
    }
}
