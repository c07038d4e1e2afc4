//! A PC/SC service of a test's own with a virtual reader, and simulated cards plugged into it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running pcscd; it ends when this is dropped.
pub struct Service {
    child: Child,
    pub socket: String,
    pub port: u16,
}

impl Service {
    /// With a virtual reader of two slots, "KF PORT 00 00" and "KF PORT 00 01".
    pub fn with_reader() -> Self {
        Self::start(&["serve"])
    }

    /// Without any reader.
    pub fn without_reader() -> Self {
        Self::start(&["--no-reader", "serve"])
    }

    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(repository().join("scripts/pcscd.sh"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["ready", socket, rest @ ..] = words.as_slice() else {
            let mut error = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut error);
            panic!(
                "scripts/pcscd.sh didn't start a service (it needs pcscd and vsmartcard-vpcd): {line}{error}"
            );
        };
        let port = rest.first().and_then(|port| port.parse().ok()).unwrap_or(0);
        Self {
            child,
            socket: (*socket).to_owned(),
            port,
        }
    }

    /// Plugs a simulated card into slot 0 or 1.
    pub fn plug(&self, slot: u16) -> PluggedCard {
        let mut child = Command::new("java")
            .args([
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
            ])
            .arg(jar())
            .args(["--connect", &format!("127.0.0.1:{}", self.port + slot)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.starts_with("ready"), "{line}");
        PluggedCard { child }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A card in a virtual reader; it is pulled when this is dropped.
pub struct PluggedCard {
    child: Child,
}

impl Drop for PluggedCard {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    drop(child.stdin.take());
    let _ = child.wait();
}

/// The checkout.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The simulator's jar of this run.
fn jar() -> PathBuf {
    std::env::var_os("KEYFENCE_SIMULATOR").map_or_else(
        || repository().join("simulator/target/keyfence-simulator.jar"),
        PathBuf::from,
    )
}
