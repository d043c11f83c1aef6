//! The machine: which cores there are for whom, whether real-time priority is granted, and what stands in the record.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Where a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// The gateway, the floor, a peer: a core for itself.
    Tested,
    /// Load and upstream.
    Load,
    /// On the load's core at normal priority: whoever disturbs must not slow down whoever measures.
    Aside,
}

/// What the machine grants.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// The core under test and the core of the load.
    cores: Option<(usize, usize)>,
    realtime: bool,
}

impl Machine {
    pub(crate) fn look(want_realtime: bool) -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or_default();
        let cores = match cores(allowed).as_slice() {
            [load, .., tested] if works("taskset", &["-c", &load.to_string(), "true"]) => Some((*tested, *load)),
            _ => None,
        };
        // without a core of its own each, whoever runs at real-time priority takes the machine from everybody
        let realtime = want_realtime && cores.is_some() && works("chrt", &["-f", "1", "true"]);
        Self { cores, realtime }
    }

    /// The words before a program's own that put it into its lane.
    pub(crate) fn prefix(&self, lane: Lane) -> Vec<String> {
        // a thousand calls at once need two thousand descriptors
        let mut words = ["sh", "-c", r#"ulimit -n "$(ulimit -H -n)"; exec "$@""#, "sh"].map(str::to_owned).to_vec();
        if let Some((tested, load)) = self.cores {
            let core = if lane == Lane::Tested { tested } else { load };
            words.extend(["taskset".to_owned(), "-c".to_owned(), core.to_string()]);
        }
        if self.realtime && lane != Lane::Aside {
            words.extend(["chrt", "-f", "1"].map(str::to_owned));
        }
        words
    }

    /// Whether what is measured runs before everybody else.
    pub(crate) fn is_realtime(&self) -> bool {
        self.realtime
    }

    /// What was granted, in words.
    pub(crate) fn granted(&self) -> String {
        let cores = match self.cores {
            Some((tested, load)) => format!("gateway on core {tested}, load and upstream on core {load}"),
            None => "not pinned: one core only, or no taskset".to_owned(),
        };
        let priority = if self.realtime { "real-time priority (FIFO 1)" } else { "normal priority" };
        format!("{cores}; {priority}")
    }

    /// Processor, cores and kernel.
    pub(crate) fn describe() -> String {
        let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
        let model = model.trim_start_matches([' ', '\t', ':']);
        let count = cpu.lines().filter(|line| line.starts_with("processor")).count();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        format!("{model}, {count} cores, Linux {}", kernel.split('-').next().unwrap_or_default().trim())
    }
}

/// The commit at hand, short; with `+` when the tree differs from it.
pub(crate) fn commit(root: &Path) -> String {
    let git = |words: &[&str]| {
        let output = Command::new("git").args(words).current_dir(root).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else { return "unknown".to_owned() };
    let differs = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|output| !output.is_empty());
    if differs { format!("{commit}+") } else { commit }
}

/// `0-2,5` as numbers.
fn cores(list: &str) -> Vec<usize> {
    let numbers = |range: &str| {
        let (low, high) = range.split_once('-').unwrap_or((range, range));
        Some(low.trim().parse::<usize>().ok()?..=high.trim().parse::<usize>().ok()?)
    };
    list.split(',').filter_map(numbers).flatten().collect()
}

fn works(program: &str, words: &[&str]) -> bool {
    let run = Command::new(program).args(words).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cores() {
        let table: [(&str, &[usize]); 4] =
            [("\t0-1", &[0, 1]), ("3", &[3]), ("0-2,5,7-8\n", &[0, 1, 2, 5, 7, 8]), ("", &[])];
        for (list, expected) in table {
            assert_eq!(cores(list), expected, "{list:?}");
        }
    }

    #[test]
    fn lanes_put_the_tested_on_a_core_of_its_own() {
        let machine = Machine { cores: Some((1, 0)), realtime: true };
        let tail = |lane| machine.prefix(lane).get(4..).unwrap().join(" ");
        assert_eq!(tail(Lane::Tested), "taskset -c 1 chrt -f 1");
        assert_eq!(tail(Lane::Load), "taskset -c 0 chrt -f 1");
        assert_eq!(tail(Lane::Aside), "taskset -c 0");
        assert_eq!(Machine { cores: None, realtime: false }.prefix(Lane::Tested).len(), 4);
    }
}
