//! A simulated card of a test's own, and the credentials that the tests give to it.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{User, parse};

pub const PIN: &str = "123456";
pub const PUK: &str = "123456789012";
pub const PASSWORD: &str = "a pairing password";
pub const MNEMONIC: &str = "test test test test test test test test test test test junk";

// What messaging.md's mnemonic must give: its source is an independent BIP-32 (test-vectors/eip1581.json).
pub const WHISPER_PRIVATE: &str =
    "cd4d1e126328b7d3392c858b51d722f5b1ea1928e3543cf699e0caa0d4a0289e";
pub const DATABASE_PRIVATE: &str =
    "304d3cea8e440e086e194670efe91ed75c97150110dd0500578920214dd60fd5";
pub const WHISPER_PUBLIC: &str = "04b0845dbe5aac196a2c1606fe3199e5ec9b2bd09a5bd801e478409544745bf6898bad70ee31d6c3061a86101a087bb605ce3c88292888221c992a17e8d6e40eaf";

/// A user with a simulated card that runs until the test ends.
pub struct Owner {
    pub user: User,
}

impl Owner {
    /// A new card, as it comes from the issuer.
    pub fn with_new_card() -> Self {
        Self::with_card_options(&[])
    }

    /// A new card that was started with options of `sim start`.
    pub fn with_card_options(options: &[&str]) -> Self {
        Self::with_card_options_in(|_| options.to_vec())
    }

    /// The same, with options that name files of the user.
    pub fn with_card_options_in<'a>(options: impl FnOnce(&User) -> Vec<&'a str>) -> Self {
        let owner = Self { user: User::new() };
        let mut arguments = vec!["sim", "start"];
        arguments.extend(options(&owner.user));
        owner.user.result(&arguments);
        owner
    }

    /// A card with PIN, PUK and pairing password, paired with this user.
    pub fn with_paired_card() -> Self {
        let owner = Self::with_new_card();
        owner.init();
        owner.result(&["pairing", "add"]);
        owner
    }

    /// The same with a key on it.
    pub fn with_key() -> Self {
        let owner = Self::with_paired_card();
        owner.result(&["key", "load"]);
        owner
    }

    pub fn init(&self) {
        self.result(&["card", "init"]);
    }

    /// `keyfence --simulator …`, with all secrets right in the environment.
    pub fn keyfence(&self, arguments: &[&str]) -> Command {
        let mut all = vec!["--simulator"];
        all.extend(arguments);
        let mut command = self.user.keyfence(&all);
        command
            .env("KEYFENCE_PIN", PIN)
            .env("KEYFENCE_PUK", PUK)
            .env("KEYFENCE_PAIRING_PASSWORD", PASSWORD)
            .env("KEYFENCE_MNEMONIC", MNEMONIC);
        command
    }

    /// Exit code and JSON of a command.
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        parse(&self.keyfence(arguments).arg("--json").output().unwrap())
    }

    /// The same, with another value of one variable.
    pub fn json_with(&self, name: &str, value: &str, arguments: &[&str]) -> (i32, Value) {
        parse(
            &self
                .keyfence(arguments)
                .arg("--json")
                .env(name, value)
                .output()
                .unwrap(),
        )
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

    /// Spends a wrong PIN; gives the tries that the error tells.
    pub fn wrong_pin(&self) -> Value {
        let (code, value) = self.json_with("KEYFENCE_PIN", "999999", &["export", "whisper"]);
        assert_eq!(code, 6, "{value:#}");
        value["error"]["details"]["tries_left"].clone()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = self
            .user
            .keyfence(&["sim", "stop", "--all"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

/// Runs a command with this standard input.
pub fn with_input(command: &mut Command, input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails early closes its end: that is for the exit code to tell.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}
