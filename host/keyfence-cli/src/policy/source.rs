//! The TOML file that a person writes: number, rules, and a name and a reason for each.

use std::path::Path;

use keyfence::policy::{AuthorityKey, Policy, Refusal, Rule};
use serde::Deserialize;

use super::authority::parse_public_key;
use crate::error::{CliError, Result};

/// A policy as a person writes it, with each rule's name and reason.
///
/// ```toml
/// sequence = 1
///
/// [[rule]]
/// name = "Chat identity and database"
/// path = "m/43'/60'/1581'/[0'..1']/{1..6}"
/// reason = "EIP-1581: the two keys that chat clients take off the card"
/// ```
#[derive(Debug)]
pub struct PolicySource {
    pub policy: Policy,
    /// In the order of the encoded policy, which is that of a card's rule numbers.
    pub rules: Vec<NamedRule>,
}

#[derive(Clone, Debug)]
pub struct NamedRule {
    pub rule: Rule,
    pub name: String,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    sequence: u32,
    card: Option<String>,
    successor: Option<String>,
    #[serde(default)]
    rule: Vec<RuleDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleDocument {
    name: String,
    path: String,
    reason: String,
}

impl PolicySource {
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let document: Document = toml::from_str(text).map_err(|error| {
            CliError::usage("E-POLICY-TOML", format!("{}: {}", path.display(), error.to_string().trim_end()))
                .hint("A policy file has `sequence = N` and, per rule, `[[rule]]` with name, path and reason: see `keyfence policy build --help`.")
        })?;
        let uid = document
            .card
            .as_deref()
            .map(|text| parse_uid(text, path))
            .transpose()?;
        let successor = document
            .successor
            .as_deref()
            .map(|text| parse_successor(text, path))
            .transpose()?;
        let mut rules = document
            .rule
            .into_iter()
            .enumerate()
            .map(|(index, rule)| named(index, rule, path))
            .collect::<Result<Vec<_>>>()?;

        let plain: Vec<Rule> = rules.iter().map(|named| named.rule.clone()).collect();
        let policy = Policy::new(document.sequence, uid, successor, plain).map_err(|refusal| {
            let error = CliError::usage("E-POLICY-TOML", format!("{}: {refusal}", path.display()));
            match refusal {
                Refusal::Duplicate { .. } => error.hint("Join the two rules, and their reasons."),
                other => error.hint(CliError::from_explained(&other).hint.unwrap_or_default()),
            }
        })?;
        rules.sort_by_key(|named| policy.rules().iter().position(|rule| *rule == named.rule));
        Ok(Self { policy, rules })
    }
}

fn named(index: usize, rule: RuleDocument, path: &Path) -> Result<NamedRule> {
    let wrong = |message: String| {
        CliError::usage(
            "E-POLICY-TOML",
            format!(
                "{}: rule {} ({:?}): {message}",
                path.display(),
                index + 1,
                rule.name
            ),
        )
        .detail("rule", index + 1)
    };
    if rule.name.trim().is_empty() || rule.reason.trim().is_empty() {
        return Err(wrong("a name and a reason are asked for".into())
            .hint("Whoever reads the policy later wants to know what the rule is for."));
    }
    if let Some(hidden) = [&rule.name, &rule.reason]
        .into_iter()
        .flat_map(|text| text.chars())
        .find(|c| changes_the_display(*c))
    {
        return Err(wrong(format!(
            "the name or the reason holds U+{:04X}, which would change what is shown around it",
            u32::from(hidden)
        ))
        .hint("A name and a reason are one line each, of characters that can be seen."));
    }
    match rule.path.parse::<Rule>() {
        Ok(parsed) => Ok(NamedRule {
            rule: parsed,
            name: rule.name,
            reason: rule.reason,
        }),
        Err(error) => {
            let caret = format!("\n  {}\n  {}^", rule.path, " ".repeat(error.column - 1));
            let explained = CliError::from_explained(&error);
            let mut told = wrong(format!("{error}{caret}")).detail("column", error.column);
            told.code = explained.code;
            told.hint = explained.hint;
            Err(told)
        }
    }
}

/// Whether a character could make a terminal, or a reader, see something else than what `apply` asks about: controls, line and
/// paragraph separators, and those that turn the direction of writing.
fn changes_the_display(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn parse_uid(text: &str, path: &Path) -> Result<[u8; 16]> {
    hex::decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| {
            CliError::usage(
                "E-POLICY-TOML",
                format!(
                    "{}: `card` isn't a card's UID, 32 hexadecimal digits",
                    path.display()
                ),
            )
            .hint("`keyfence card info` shows a card's UID.")
        })
}

fn parse_successor(text: &str, path: &Path) -> Result<AuthorityKey> {
    parse_public_key(text).ok_or_else(|| {
        CliError::usage(
            "E-POLICY-TOML",
            format!(
                "{}: `successor` isn't an authority's public key, 130 hexadecimal digits",
                path.display()
            ),
        )
        .hint("`keyfence authority show FILE` prints an authority's public key.")
    })
}
