//! Every example in the help texts, the README and docs/ is a command line that we take: no example outlives an option.

use std::path::Path;

use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
use clap::{Command, CommandFactory as _, Parser as _};

use crate::cli::Cli;

/// The examples of a text: lines that begin with the program's name.
fn examples(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    text.lines()
        .map(|line| line.trim().trim_start_matches("$ "))
        .filter(|line| !line.contains('…'))
        .filter_map(arguments)
}

/// The words of a command line as a shell takes them, up to a comment (two spaces), pipe or redirection.
fn arguments(line: &str) -> Option<Vec<String>> {
    let (mut words, mut rest) = (Vec::new(), line);
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            ' ' | '|' | '>' | '<' | '#' | ';' | '&' => break,
            '"' | '\'' => rest[1..].split_once(first)?,
            _ => rest.split_at(rest.find(' ').unwrap_or(rest.len())),
        };
        words.push(word.to_owned());
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    (words.first()? == "keyfence" && words.len() > 1).then_some(words)
}

fn check(place: &str, text: &str) -> usize {
    examples(text)
        .map(|words| match Cli::try_parse_from(&words) {
            Err(error) if !matches!(error.kind(), DisplayHelp | DisplayVersion) => {
                panic!("{place}: {words:?}: {error}")
            }
            _ => 1,
        })
        .sum()
}

/// Checks a command and those below it; every verb must have an example.
fn check_help(command: &Command, path: &str) -> usize {
    let verbs: Vec<_> = command.get_subcommands().collect();
    let text = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let found = check(path, &text);
    assert!(found > 0 || !verbs.is_empty(), "{path} has no example");
    found
        + verbs
            .iter()
            .map(|verb| check_help(verb, &format!("{path} {}", verb.get_name())))
            .sum::<usize>()
}

#[test]
fn the_helps_examples_are_taken() {
    assert!(check_help(&Cli::command(), "keyfence") > 50);
}

#[test]
fn the_documents_examples_are_taken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts = vec![root.join("README.md")];
    texts.extend(
        std::fs::read_dir(root.join("docs"))
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    let markdown = texts
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let found: usize = markdown
        .map(|path| {
            check(
                &path.display().to_string(),
                &std::fs::read_to_string(path).unwrap(),
            )
        })
        .sum();
    assert!(found > 0, "no example was found at all");
}

#[test]
fn words_are_split_as_a_shell_does() {
    let words = |line| arguments(line).unwrap().join("|");
    assert_eq!(
        words("keyfence sign message \"I agree\"   a comment"),
        "keyfence|sign|message|I agree"
    );
    assert_eq!(
        words("keyfence export 'm/44h' > file"),
        "keyfence|export|m/44h"
    );
    assert_eq!(words("keyfence data set \"\""), "keyfence|data|set|");
    assert!(arguments("printf x | keyfence card init").is_none());
    assert!(Cli::try_parse_from(["keyfence", "no", "such"]).is_err());
}

#[test]
fn the_reference_names_every_command() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command-line.md");
    let reference = std::fs::read_to_string(path).unwrap();
    for noun in Cli::command().get_subcommands() {
        let verbs: Vec<_> = noun
            .get_subcommands()
            .map(|verb| format!("keyfence {} {}", noun.get_name(), verb.get_name()))
            .collect();
        let commands = if verbs.is_empty() {
            vec![format!("keyfence {}", noun.get_name())]
        } else {
            verbs
        };
        for command in commands {
            assert!(
                reference.contains(&format!("`{command}`")),
                "docs/command-line.md doesn't have {command}"
            );
        }
    }
}
