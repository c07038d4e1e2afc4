//! Starts a simulator process and waits until its card answers.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::jar;
use crate::error::{CliError, Result};

/// How long a start may take: a cold Java on a busy machine needs a second or two.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A small heap, a collector without threads and only the quick compiler: a card's work is small, and it is to start fast.
const JAVA_FLAGS: [&str; 5] = [
    "-Xmx24m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    // Java writes warnings about its class archive to standard output, before our `ready`.
    "-Xlog:disable",
];

/// What to start.
#[derive(Default)]
pub struct Launch {
    pub jar: Option<PathBuf>,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Lives on after this command?
    pub detached: bool,
    /// Options of the simulator itself, such as `--state FILE`.
    pub arguments: Vec<OsString>,
    /// Where the simulator's standard error goes; none: nowhere.
    pub log: Option<PathBuf>,
}

/// A simulator that answers. One that isn't detached ends when this is dropped, since its standard input closes.
pub struct Launched {
    pub port: u16,
    pub jar: PathBuf,
    child: Option<Child>,
    pid: u32,
}

impl Launched {
    pub fn pid(&self) -> u32 {
        self.pid
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

impl Launch {
    /// Starts the simulator; it is listening when this returns.
    pub fn start(self) -> Result<Launched> {
        let jar = jar::find(self.jar.as_deref())?;
        let java = jar::java();
        let mut command = Command::new(&java);
        command
            .args(JAVA_FLAGS)
            .args(class_archive(&jar))
            .arg("-jar")
            .arg(&jar)
            .arg("--listen")
            .arg(self.port.to_string())
            .args(&self.arguments);
        command.stdin(if self.detached {
            Stdio::null()
        } else {
            Stdio::piped()
        });
        command.stdout(Stdio::piped()).stderr(self.open_log()?);
        if self.detached {
            command.arg("--detached");
            own_process_group(&mut command);
        }
        let mut child = command.spawn().map_err(|error| {
            CliError::transport("E-SIM-JAVA", format!("can't run {}: {error}", java.to_string_lossy())).hint("Install a Java of version 17 or later, or name one with JAVA_HOME or KEYFENCE_JAVA.")
        })?;
        let pid = child.id();
        match child.stdout.take().map(ready_port) {
            Some(Ok(port)) => Ok(Launched {
                port,
                jar,
                child: (!self.detached).then_some(child),
                pid,
            }),
            failed => {
                // A start that ends by itself tells why on its standard error, so let it finish before the log is read.
                let _ = child.kill();
                let _ = child.wait();
                let reason = failed.and_then(Result::err).unwrap_or_default();
                Err(self.failure(&reason))
            }
        }
    }

    fn open_log(&self) -> Result<Stdio> {
        match &self.log {
            None => Ok(Stdio::null()),
            Some(path) => File::create(path)
                .map(Stdio::from)
                .map_err(|error| crate::files::unwritable(path, &error)),
        }
    }

    fn failure(&self, reason: &str) -> CliError {
        let said = self
            .log
            .as_deref()
            .and_then(last_line)
            .map(|line| format!(": {line}"))
            .unwrap_or_default();
        CliError::transport(
            "E-SIM-START",
            format!("the simulator didn't start ({reason}){said}"),
        )
        .hint("Is the port taken, the state file whole, the Java new enough (17)?")
    }
}

/// The archive of shared classes that the build leaves beside the jar: a third of the start-up time.
fn class_archive(jar: &Path) -> Option<OsString> {
    let archive = jar.with_extension("jsa");
    archive.is_file().then(|| {
        let mut option = OsString::from("-XX:SharedArchiveFile=");
        option.push(archive);
        option
    })
}

/// Waits for the line `ready PORT`.
fn ready_port(stdout: ChildStdout) -> Result<u16, String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let port = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.strip_prefix("ready ")
                    .and_then(|port| port.trim().parse().ok())
            });
        let _ = sender.send(port);
    });
    match receiver.recv_timeout(READY_WITHIN) {
        Ok(Some(port)) => Ok(port),
        Ok(None) => Err("it ended".to_owned()),
        Err(_) => Err(format!("no answer within {} s", READY_WITHIN.as_secs())),
    }
}

fn last_line(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(ToOwned::to_owned)
}

/// Ctrl-C at the terminal must not reach a simulator that is to stay.
#[cfg(unix)]
fn own_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_process_group(_command: &mut Command) {}
