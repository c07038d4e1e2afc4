//! Is a process still our simulator, and how it is ended.

use std::path::Path;
use std::time::{Duration, Instant};

/// How long a simulator may take to write its state and go.
const GONE_WITHIN: Duration = Duration::from_secs(5);

/// Does process `pid` run `jar`? A number alone proves nothing: it may have gone to another program since.
#[cfg(target_os = "linux")]
pub fn runs(pid: u32, jar: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt as _;
    // Empty for a process that has ended and wasn't waited for.
    std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| {
        line.split(|byte| *byte == 0)
            .any(|argument| argument == jar.as_os_str().as_bytes())
    })
}

#[cfg(all(unix, not(target_os = "linux")))]
pub fn runs(pid: u32, _jar: &Path) -> bool {
    unix_pid(pid).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

#[cfg(windows)]
pub fn runs(pid: u32, _jar: &Path) -> bool {
    let filter = format!("PID eq {pid}");
    std::process::Command::new("tasklist")
        .args(["/FI", &filter, "/FO", "CSV", "/NH"])
        .output()
        .is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout)
                .to_ascii_lowercase()
                .contains("java")
        })
}

/// Ends the process and waits until it is gone; by force if it doesn't go by itself. `true` when it is gone.
pub fn end(pid: u32, jar: &Path) -> bool {
    for force in [false, true] {
        signal(pid, force);
        let start = Instant::now();
        while start.elapsed() < GONE_WITHIN {
            if !runs(pid, jar) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    false
}

#[cfg(unix)]
fn unix_pid(pid: u32) -> Option<rustix::process::Pid> {
    i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
}

#[cfg(unix)]
fn signal(pid: u32, force: bool) {
    use rustix::process::Signal;
    if let Some(pid) = unix_pid(pid) {
        let _ = rustix::process::kill_process(pid, if force { Signal::KILL } else { Signal::TERM });
    }
}

#[cfg(windows)]
fn signal(pid: u32, force: bool) {
    let mut command = std::process::Command::new("taskkill");
    command.args(["/PID", &pid.to_string()]);
    if force {
        command.arg("/F");
    }
    let _ = command.output();
}

#[cfg(all(test, target_os = "linux"))]
pub mod tests {
    use super::*;

    /// A process that was just started may not have its command line yet.
    pub fn wait_for_its_command_line(pid: u32) {
        let start = Instant::now();
        while !runs(pid, Path::new("60")) {
            assert!(
                start.elapsed() < GONE_WITHIN,
                "process {pid} doesn't show its command line"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_process_is_known_by_number_and_jar() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let pid = child.id();
        wait_for_its_command_line(pid);
        assert!(!runs(pid, Path::new("keyfence-simulator.jar")));
        assert!(
            end(pid, Path::new("60")),
            "also while nobody has waited for it"
        );
        child.wait().unwrap();
        assert!(!runs(pid, Path::new("60")));
    }
}
