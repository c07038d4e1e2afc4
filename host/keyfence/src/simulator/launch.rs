//! Starts a simulator process and waits until its card answers.

use super::jar::{find_jar, java};
use crate::{error::TransportError, transport::SocketCard};
use std::{
    ffi::OsString,
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

/// How long a start may take: a cold Java on a busy machine needs a second or two.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A small heap, a collector without threads and only the quick compiler: a card's work is small, and it is to start fast.
const JAVA_FLAGS: [&str; 5] = [
    "-Xmx24m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    // Java's own warnings would come on standard output, before `ready`.
    "-Xlog:disable",
];

/// What to start.
#[derive(Clone, Debug, Default)]
pub struct StartOptions {
    /// The jar; found by [`find_jar`] if not named.
    pub jar: Option<PathBuf>,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Plugs the card into the vpcd virtual reader at this `host:port` instead of listening, so that PC/SC programs see it.
    pub plug_into: Option<String>,
    /// Lives on when this process ends and when [`Simulator`] is dropped.
    pub detached: bool,
    /// Makes the card's random numbers repeat.
    pub seed: Option<u64>,
    /// The installation's application data.
    pub install_parameters: Vec<u8>,
    /// The card's UID.
    pub uid: Option<[u8; 16]>,
    /// Where the card's state is kept.
    pub state: Option<PathBuf>,
    /// A description of the card.
    pub card: Option<PathBuf>,
    /// Where the process's standard error goes; without one it is kept for the error of a failed start.
    pub log: Option<PathBuf>,
    /// Further options of the simulator.
    pub arguments: Vec<OsString>,
}

impl StartOptions {
    fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = match &self.plug_into {
            Some(reader) => vec!["--connect".into(), reader.into()],
            None => vec!["--listen".into(), self.port.to_string().into()],
        };
        let mut option = |name: &str, value: Option<OsString>| {
            arguments.extend(value.into_iter().flat_map(|value| [name.into(), value]));
        };
        option("--seed", self.seed.map(|seed| seed.to_string().into()));
        let parameters = Some(&self.install_parameters).filter(|parameters| !parameters.is_empty());
        option(
            "--install-parameters",
            parameters.map(|parameters| hex::encode(parameters).into()),
        );
        option("--uid", self.uid.map(|uid| hex::encode(uid).into()));
        option("--state", self.state.clone().map(PathBuf::into_os_string));
        option("--card", self.card.clone().map(PathBuf::into_os_string));
        arguments.extend(self.detached.then(|| "--detached".into()));
        arguments.extend(self.arguments.iter().cloned());
        arguments
    }
}

/// A simulator that listens. One that isn't detached ends when this is dropped, since its standard input closes.
#[derive(Debug)]
pub struct Simulator {
    port: u16,
    pid: u32,
    jar: PathBuf,
    child: Option<Child>,
    stdin: Option<ChildStdin>,
    answers: mpsc::Receiver<String>,
}

impl Simulator {
    /// Starts a simulator; its card can be connected to when this returns.
    pub fn start(options: &StartOptions) -> Result<Self, TransportError> {
        let jar = find_jar(options.jar.as_deref())?;
        let mut command = Command::new(java());
        command
            .args(JAVA_FLAGS)
            .args(archive_flag(&jar))
            .arg("-jar")
            .arg(&jar)
            .args(options.arguments());
        command.stdin(if options.detached {
            Stdio::null()
        } else {
            Stdio::piped()
        });
        command.stdout(Stdio::piped()).stderr(stderr(options)?);
        if options.detached {
            own_process_group(&mut command);
        }
        let mut child = command.spawn().map_err(|error| {
            let reason = format!(
                "can't run {}: {error}",
                command.get_program().to_string_lossy()
            );
            TransportError::SimulatorStart { reason }
        })?;
        let (pid, stdin, errors) = (child.id(), child.stdin.take(), child.stderr.take());
        match child.stdout.take().map(ready_port) {
            Some(Ok((port, answers))) => {
                if let Some(errors) = errors {
                    drain(errors);
                }
                let child = (!options.detached).then_some(child);
                Ok(Self {
                    port,
                    pid,
                    jar,
                    child,
                    stdin,
                    answers,
                })
            }
            failed => {
                let _ = child.kill();
                let _ = child.wait();
                let reason = failed.and_then(Result::err).unwrap_or_default();
                let said = options
                    .log
                    .as_deref()
                    .and_then(last_line_of_file)
                    .or_else(|| errors.and_then(last_line));
                let reason = said.map_or(reason.clone(), |said| format!("{reason}: {said}"));
                Err(TransportError::SimulatorStart { reason })
            }
        }
    }

    /// The port it listens on, or that of the reader it is plugged into.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The process's number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The jar that runs.
    pub fn jar(&self) -> &Path {
        &self.jar
    }

    /// Connects to the card and powers it on. One client at a time.
    pub fn connect(&self) -> Result<SocketCard, TransportError> {
        SocketCard::connect(&self.address())
    }

    /// Sends a control line, such as `counters`, and returns its answer (docs/simulator.md lists them). Not for a detached one.
    pub fn control(&mut self, line: &str) -> Result<String, TransportError> {
        let failed = |reason: String| TransportError::SimulatorControl { reason };
        let stdin = self
            .stdin
            .as_mut()
            .ok_or_else(|| failed("a detached simulator reads no control lines".to_owned()))?;
        writeln!(stdin, "{line}")
            .and_then(|()| stdin.flush())
            .map_err(|error| failed(error.to_string()))?;
        let answer = self
            .answers
            .recv_timeout(READY_WITHIN)
            .map_err(|error| failed(error.to_string()))?;
        if answer.starts_with("error") {
            return Err(failed(answer));
        }
        Ok(answer)
    }

    /// Cuts the card's power just before the n-th persistent write from now, 1 being the next one: the command in which it happens gets no
    /// answer, and the connection ends. The card is powered up for the next one.
    pub fn cut_power_before(&mut self, write: u32) -> Result<(), TransportError> {
        self.control(&format!("cut {write}")).map(drop)
    }

    /// The same half way through that write, if it is one that isn't atomic.
    pub fn cut_power_inside(&mut self, write: u32) -> Result<(), TransportError> {
        self.control(&format!("cut {write} inside")).map(drop)
    }

    /// Ends the process at once, as a crash would. For a detached one: nothing.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.stdin.take());
        if let Some(mut child) = self.child.take() {
            let _ = child.wait();
        }
    }
}

/// The build puts an archive of loaded classes beside the jar: Java starts faster with it.
fn archive_flag(jar: &Path) -> Option<OsString> {
    let archive = jar.with_extension("jsa");
    archive.is_file().then(|| {
        let mut flag = OsString::from("-XX:SharedArchiveFile=");
        flag.push(archive);
        flag
    })
}

fn stderr(options: &StartOptions) -> Result<Stdio, TransportError> {
    match &options.log {
        Some(path) => File::create(path).map(Stdio::from).map_err(|error| {
            let reason = format!("can't write {}: {error}", path.display());
            TransportError::SimulatorStart { reason }
        }),
        // Nobody would read the pipe of one that outlives us.
        None if options.detached => Ok(Stdio::null()),
        None => Ok(Stdio::piped()),
    }
}

/// Waits for the line `ready PORT`; what comes after it answers control lines.
fn ready_port(stdout: ChildStdout) -> Result<(u16, mpsc::Receiver<String>), String> {
    let (sender, receiver) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            line.strip_prefix("ready ")
                .and_then(|port| port.trim().parse().ok())
        });
        let _ = sender.send(port);
        // Read to the end in any case, so that it never waits for a reader.
        lines.for_each(|line| drop(answer.send(line)));
    });
    match receiver.recv_timeout(READY_WITHIN) {
        Ok(Some(port)) => Ok((port, answers)),
        Ok(None) => Err("it ended before its card was ready".to_owned()),
        Err(_) => Err(format!("no answer within {} s", READY_WITHIN.as_secs())),
    }
}

/// Reads a running simulator's standard error away, so that it never waits for a reader.
fn drain(mut errors: ChildStderr) {
    std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
}

fn last_line(mut errors: ChildStderr) -> Option<String> {
    let mut text = String::new();
    errors.read_to_string(&mut text).ok()?;
    last_line_of(&text)
}

fn last_line_of_file(path: &Path) -> Option<String> {
    last_line_of(&std::fs::read_to_string(path).ok()?)
}

fn last_line_of(text: &str) -> Option<String> {
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
