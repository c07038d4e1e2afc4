//! Where a secret comes from: the value of a `--…-from` option.

use std::path::PathBuf;

use crate::error::{CliError, Result};

/// `prompt`, `stdin`, `file:PATH` or `env:NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Prompt,
    /// The next line of standard input; several secrets take a line each, in the order in which the command asks.
    Stdin,
    /// The first line of a file.
    File(PathBuf),
    Env(String),
}

/// What a `--…-from` option accepts, for its help.
pub const SOURCE_VALUE: &str = "prompt|stdin|file:PATH|env:NAME";

impl Source {
    /// Parses the value of `option`. A value that is no source may be the secret itself, so it is never repeated in the error.
    pub fn parse(option: &str, value: &str) -> Result<Self> {
        match value {
            "prompt" => return Ok(Self::Prompt),
            "stdin" | "-" => return Ok(Self::Stdin),
            _ => {}
        }
        match value.split_once(':') {
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("env", name)) if !name.is_empty() => Ok(Self::Env(name.to_owned())),
            _ => Err(CliError::usage("E-SECRET-SOURCE", format!("{option} takes a place to read from, not the secret itself"))
                .hint(format!("Use one of {SOURCE_VALUE}; if a secret was on the command line, it is in your shell's history now."))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_understood() {
        let parse = |value| Source::parse("--pin-from", value).unwrap();
        assert_eq!(parse("prompt"), Source::Prompt);
        assert_eq!(parse("stdin"), Source::Stdin);
        assert_eq!(parse("-"), Source::Stdin);
        assert_eq!(parse("file:a:b"), Source::File("a:b".into()));
        assert_eq!(parse("env:PIN"), Source::Env("PIN".to_owned()));
    }

    #[test]
    fn a_secret_in_the_place_of_a_source_is_not_repeated() {
        for value in ["123456", "file:", "env:", "test test junk"] {
            let error = Source::parse("--pin-from", value).unwrap_err();
            assert_eq!(error.code, "E-SECRET-SOURCE");
            assert!(!error.to_string().contains(value) || value.ends_with(':'));
        }
    }
}
