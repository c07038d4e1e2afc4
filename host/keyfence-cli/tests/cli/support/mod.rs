//! What the tests share: a user of their own with empty directories, and filters for what differs from run to run.

pub mod card;
pub mod pcsc;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A user with nothing: own home, data and runtime directory, and an environment without anything of ours.
pub struct User {
    directory: tempfile::TempDir,
}

impl User {
    pub fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file of this user.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `keyfence` with these arguments, to be run as this user.
    pub fn keyfence(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("KEYFENCE_") {
                command.env_remove(name);
            }
        }
        // A test that cuts a card's jar short sets it itself; everybody else uses the one of the run, if it names one.
        if let Some(jar) = std::env::var_os("KEYFENCE_SIMULATOR") {
            command.env("KEYFENCE_SIMULATOR", jar);
        }
        command
            .env("HOME", self.directory.path())
            .env("KEYFENCE_DATA_DIR", self.data_dir())
            .env("KEYFENCE_RUNTIME_DIR", self.path("run"))
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_RUNTIME_DIR")
            .env("COLUMNS", "100")
            .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
            .current_dir(self.directory.path())
            .args(arguments);
        command
    }

    /// Runs `keyfence --json` and gives the exit code and the one object that it printed.
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let mut all = vec!["--json"];
        all.extend(arguments);
        parse(&self.keyfence(&all).output().unwrap())
    }

    /// The `result` of a command that must succeed.
    pub fn result(&self, arguments: &[&str]) -> Value {
        let (code, mut value) = self.json(arguments);
        assert_eq!(code, 0, "{arguments:?}: {value:#}");
        value["result"].take()
    }

    /// Exit code and error code of a command that must fail.
    pub fn error(&self, arguments: &[&str]) -> (i32, String) {
        let (code, value) = self.json(arguments);
        assert_ne!(code, 0, "{arguments:?}: {value:#}");
        (code, value["error"]["code"].as_str().unwrap().to_owned())
    }
}

/// What a person sees of a command: exit code, standard output, standard error.
pub fn shown(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let mut text = format!("exit code: {}\n", output.status.code().unwrap());
    for (name, bytes) in [("output", &output.stdout), ("error", &output.stderr)] {
        if !bytes.is_empty() {
            text.push_str(&format!(
                "--- standard {name}\n{}",
                String::from_utf8_lossy(bytes)
            ));
        }
    }
    let told = [" hint: ", "\"hint\": \"", "--help", "Usage: "];
    assert!(
        output.status.success() || told.iter().any(|told| text.contains(told)),
        "every error says what to do: {text}"
    );
    text
}

/// The binary under test.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_keyfence"))
}

/// Exit code and JSON of a finished command; nothing but the one object may have been printed.
pub fn parse(output: &Output) -> (i32, Value) {
    let text = String::from_utf8_lossy(&output.stdout);
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!(
            "no JSON ({error}): {text}\nstandard error: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let code = output.status.code().unwrap();
    assert_eq!(value["ok"], code == 0, "{value:#}");
    assert!(value["warnings"].is_array());
    if code != 0 {
        assert_eq!(value["error"]["exit"], code, "{value:#}");
        let hint = value["error"]["hint"].as_str().unwrap_or_default();
        assert!(!hint.is_empty(), "every error says what to do: {value:#}");
    }
    (code, value)
}

/// Filters for everything that is random or depends on the machine, for as long as the guard lives.
pub fn stable() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    for (pattern, replacement) in [
        (r"\b0x[0-9a-f]{130}\b", "[SIGNATURE]"),
        (r"\b[0-9a-f]{130}\b", "[PUBLIC KEY]"),
        (r"\b[0-9a-f]{64}\b", "[32 BYTES]"),
        (r"\b[0-9a-f]{32}\b", "[UID]"),
        (r"port \d+", "port [PORT]"),
        (r#""port": \d+"#, r#""port": "[PORT]""#),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
        (r"process \d+", "process [PID]"),
        (r#""pid": \d+"#, r#""pid": "[PID]""#),
        (r#""created": \d+"#, r#""created": "[TIME]""#),
        (r#""jar": "[^"]*""#, r#""jar": "[JAR]""#),
        (r"KF \d+", "KF [PORT]"),
        (r"/tmp/\.tmp\w+", "[HOME]"),
    ] {
        settings.add_filter(pattern, replacement);
    }
    settings.bind_to_scope()
}
