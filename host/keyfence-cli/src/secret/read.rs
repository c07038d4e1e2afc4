//! Reads a secret from its source: one reader a command, so that several secrets can take a line each of one standard input.

use std::io::{self, BufRead, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::source::Source;
use crate::error::{CliError, Result};
use crate::{files, terminal};

/// No secret is longer: 24 words, a seed in hex or a pairing password are far below.
const MAX_LENGTH: u64 = 4096;

/// A kind of secret: what the prompt calls it and the variable that may hold it.
pub struct Kind {
    prompt: &'static str,
    variable: &'static str,
}

impl Kind {
    pub const PIN: Self = Self {
        prompt: "PIN",
        variable: "KEYFENCE_PIN",
    };
    pub const NEW_PIN: Self = Self {
        prompt: "New PIN (6 digits)",
        variable: "KEYFENCE_NEW_PIN",
    };
    pub const PUK: Self = Self {
        prompt: "PUK",
        variable: "KEYFENCE_PUK",
    };
    pub const NEW_PUK: Self = Self {
        prompt: "New PUK (12 digits)",
        variable: "KEYFENCE_NEW_PUK",
    };
    pub const ALTERNATIVE_PIN: Self = Self {
        prompt: "Alternative PIN (6 digits)",
        variable: "KEYFENCE_ALTERNATIVE_PIN",
    };
    pub const PAIRING_PASSWORD: Self = Self {
        prompt: "Pairing password",
        variable: "KEYFENCE_PAIRING_PASSWORD",
    };
    pub const NEW_PAIRING_PASSWORD: Self = Self {
        prompt: "New pairing password",
        variable: "KEYFENCE_NEW_PAIRING_PASSWORD",
    };
    pub const MNEMONIC: Self = Self {
        prompt: "Mnemonic",
        variable: "KEYFENCE_MNEMONIC",
    };
    pub const PASSPHRASE: Self = Self {
        prompt: "Mnemonic's passphrase",
        variable: "KEYFENCE_PASSPHRASE",
    };
    pub const TRANSFER_PASSPHRASE: Self = Self {
        prompt: "Passphrase of the file",
        variable: "KEYFENCE_TRANSFER_PASSPHRASE",
    };
    pub const AUTHORITY_PASSPHRASE: Self = Self {
        prompt: "Passphrase of the authority's key file",
        variable: "KEYFENCE_AUTHORITY_PASSPHRASE",
    };
    pub const SEED: Self = Self {
        prompt: "Seed (hex)",
        variable: "KEYFENCE_KEY_SEED",
    };
    pub const OLD_DATABASE_KEY: Self = Self {
        prompt: "Old database key (hex)",
        variable: "KEYFENCE_OLD_DATABASE_KEY",
    };

    /// Does the environment hold it?
    pub fn in_environment(&self) -> bool {
        std::env::var_os(self.variable).is_some()
    }
}

/// Reads the secrets of one command, in the order in which it asks. Holds no lock: other questions may come in between.
#[derive(Default)]
pub struct Secrets(());

impl Secrets {
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a secret from the named place, else from its variable, else asks.
    pub fn read(&mut self, kind: &Kind, source: Option<Source>) -> Result<Zeroizing<String>> {
        match choose(kind, source) {
            Source::Prompt => terminal::ask_hidden(kind.prompt),
            other => self.read_elsewhere(kind, other),
        }
    }

    /// As `read`, but one that is asked for must be typed twice alike.
    pub fn read_new(&mut self, kind: &Kind, source: Option<Source>) -> Result<Zeroizing<String>> {
        match choose(kind, source) {
            Source::Prompt => {
                let first = terminal::ask_hidden(kind.prompt)?;
                let second = terminal::ask_hidden("The same again")?;
                if first != second {
                    return Err(CliError::usage(
                        "E-PROMPT-DIFFERS",
                        "the two inputs differ; nothing was changed",
                    )
                    .hint("Run the command again."));
                }
                Ok(first)
            }
            other => self.read_elsewhere(kind, other),
        }
    }

    fn read_elsewhere(&mut self, kind: &Kind, source: Source) -> Result<Zeroizing<String>> {
        match source {
            Source::Prompt => terminal::ask_hidden(kind.prompt),
            Source::Stdin => {
                match first_line(&mut io::stdin().lock()) {
                    Ok(Some(line)) => Ok(line),
                    Ok(None) => Err(CliError::usage("E-SECRET-MISSING", format!("standard input ended before the line with the {}", kind.prompt))
                        .hint("Give one line for each secret that is read from standard input, in the order in which the command needs them.")),
                    Err(error) => Err(CliError::data("E-STDIN-READ", format!("can't read standard input: {error}")).hint("Check what standard input is connected to.")),
                }
            }
            Source::File(path) => from_file(kind, &path),
            Source::Env(name) => match std::env::var(&name) {
                Ok(value) => Ok(Zeroizing::new(value)),
                Err(std::env::VarError::NotPresent) => Err(CliError::usage(
                    "E-SECRET-MISSING",
                    format!(
                        "the environment has no variable {name} for the {}",
                        kind.prompt
                    ),
                ).hint("Set it, or say with the --…-from option where the secret comes from.")),
                Err(std::env::VarError::NotUnicode(_)) => Err(CliError::usage(
                    "E-SECRET-ENCODING",
                    format!("the environment variable {name} isn't UTF-8"),
                ).hint("Secrets are text in UTF-8.")),
            },
        }
    }
}

fn choose(kind: &Kind, source: Option<Source>) -> Source {
    source.unwrap_or_else(|| {
        if kind.in_environment() {
            Source::Env(kind.variable.to_owned())
        } else {
            Source::Prompt
        }
    })
}

fn from_file(kind: &Kind, path: &Path) -> Result<Zeroizing<String>> {
    let file = std::fs::File::open(path).map_err(|error| files::unreadable(path, &error))?;
    match first_line(&mut io::BufReader::new(file)) {
        Ok(Some(line)) => Ok(line),
        Ok(None) => Err(CliError::usage(
            "E-SECRET-MISSING",
            format!(
                "{} is empty; the {} was to be on its first line",
                path.display(),
                kind.prompt
            ),
        )
        .hint("Set it, or say with the --…-from option where the secret comes from.")),
        Err(error) => Err(files::unreadable(path, &error)),
    }
}

/// The first line without its end (LF or CR LF); `None` at the end of the input.
fn first_line(reader: &mut impl BufRead) -> io::Result<Option<Zeroizing<String>>> {
    let mut line = Zeroizing::new(String::with_capacity(512));
    let read = reader.take(MAX_LENGTH).read_line(&mut line)?;
    if read as u64 == MAX_LENGTH && !line.ends_with('\n') {
        let message = format!("a line of more than {MAX_LENGTH} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok((read > 0).then_some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(mut bytes: &[u8]) -> Option<String> {
        first_line(&mut bytes).unwrap().map(|line| line.to_string())
    }

    #[test]
    fn a_line_loses_its_end_and_nothing_else() {
        assert_eq!(line(b"123456\n").as_deref(), Some("123456"));
        assert_eq!(line(b" a b \r\nnext\n").as_deref(), Some(" a b "));
        assert_eq!(line(b"no end").as_deref(), Some("no end"));
        assert_eq!(line(b"\n").as_deref(), Some(""));
        assert_eq!(line(b""), None);
        let long = vec![b'a'; MAX_LENGTH as usize + 1];
        assert_eq!(
            first_line(&mut &long[..]).unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
        assert!(first_line(&mut &long[2..]).is_ok());
    }

    #[test]
    fn a_file_gives_its_first_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pin");
        std::fs::write(&path, "123456\nrest\n").unwrap();
        let mut secrets = Secrets::new();
        assert_eq!(
            *secrets
                .read(&Kind::PIN, Some(Source::File(path.clone())))
                .unwrap(),
            "123456"
        );
        std::fs::write(&path, "").unwrap();
        assert_eq!(
            secrets
                .read(&Kind::PIN, Some(Source::File(path)))
                .unwrap_err()
                .code,
            "E-SECRET-MISSING"
        );
    }

    #[test]
    fn a_variable_that_is_not_there_is_named() {
        let error = Secrets::new()
            .read(&Kind::PIN, Some(Source::Env("KEYFENCE_NO_SUCH".to_owned())))
            .unwrap_err();
        assert_eq!(error.code, "E-SECRET-MISSING");
        assert!(error.message.contains("KEYFENCE_NO_SUCH"));
    }
}
