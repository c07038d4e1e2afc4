//! Policies, changes and findings as they are shown: text for a person, a stable shape for programs.

use std::fmt;

use keyfence::policy::{Difference, Evaluator, Finding, PathSet, Policy, Severity};
use serde::Serialize;

use super::source::NamedRule;

/// `s` where it isn't one.
pub const fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

#[derive(Serialize)]
pub struct PolicyView {
    pub sequence: u32,
    pub digest: String,
    /// The UID of the only card it is for.
    pub card: Option<String>,
    /// The fingerprint of the authority that it names.
    pub successor: Option<String>,
    pub rules: Vec<RuleView>,
}

#[derive(Serialize)]
pub struct RuleView {
    pub index: usize,
    pub path: String,
    /// The subtrees that the rule gives away whole.
    pub grants: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub switched_off: bool,
}

impl PolicyView {
    pub fn new(policy: &Policy, names: Option<&[NamedRule]>, switched_off: u8) -> Self {
        let rule = |(index, rule): (usize, &keyfence::policy::Rule)| {
            let named = names.and_then(|names| names.iter().find(|named| named.rule == *rule));
            RuleView {
                index,
                path: rule.to_string(),
                grants: rule.subtree_text(),
                name: named.map(|named| named.name.clone()),
                reason: named.map(|named| named.reason.clone()),
                switched_off: switched_off >> index & 1 == 1,
            }
        };
        Self {
            sequence: policy.sequence(),
            digest: hex::encode(policy.digest()),
            card: policy.uid().map(hex::encode),
            successor: policy.successor().map(|key| key.fingerprint().to_string()),
            rules: policy.rules().iter().enumerate().map(rule).collect(),
        }
    }
}

impl fmt::Display for PolicyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy number {}\ndigest {}", self.sequence, self.digest)?;
        match &self.card {
            Some(uid) => write!(f, "\nfor card {uid} only")?,
            None => f.write_str("\nfor every card of its authority")?,
        }
        if let Some(successor) = &self.successor {
            write!(f, "\nhands over to authority {successor}")?;
        }
        if self.rules.is_empty() {
            return f.write_str("\nno rule: no private key leaves");
        }
        f.write_str("\nprivate keys that may leave:")?;
        for rule in &self.rules {
            write!(f, "\n{rule}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RuleView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let off = if self.switched_off {
            "  (switched off by the owner)"
        } else {
            ""
        };
        write!(f, "  {}  {}{off}", self.index, self.path)?;
        match (&self.name, &self.reason) {
            (Some(name), Some(reason)) => write!(f, "\n     {name}: {reason}"),
            _ => Ok(()),
        }
    }
}

/// What a change opens and closes, in paths.
#[derive(Serialize)]
pub struct Change {
    pub opens: Vec<String>,
    pub closes: Vec<String>,
    /// Nodes that are given away with everything below them.
    pub gives_away: Vec<String>,
    pub extended_public_reopened: Vec<String>,
    pub extended_public_refused: Vec<String>,
}

impl Change {
    pub fn between(before: &Evaluator, after: &Evaluator) -> Self {
        let texts = |set: &PathSet| set.pieces().iter().map(ToString::to_string).collect();
        let difference = Difference::between(before, after);
        Self {
            opens: texts(&difference.opened),
            closes: texts(&difference.closed),
            gives_away: texts(&difference.given),
            extended_public_reopened: texts(&difference.reopened_extended),
            extended_public_refused: texts(&difference.refused_extended),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("opens: these private keys may leave", &self.opens),
            (
                "closes: these private keys may no longer leave (those already exported are out)",
                &self.closes,
            ),
            (
                "gives away: read each rule as a grant of these, whole",
                &self.gives_away,
            ),
            (
                "may be read again: extended public keys that, with a private key exported before, give their own private key away",
                &self.extended_public_reopened,
            ),
            (
                "no longer given: extended public keys",
                &self.extended_public_refused,
            ),
        ];
        let mut first = true;
        for (what, paths) in parts.into_iter().filter(|(_, paths)| !paths.is_empty()) {
            if !first {
                f.write_str("\n")?;
            }
            first = false;
            f.write_str(what)?;
            for path in paths {
                write!(f, "\n  {path}")?;
            }
        }
        if first {
            f.write_str("changes nothing in what may leave")
        } else {
            Ok(())
        }
    }
}

#[derive(Serialize)]
pub struct FindingView {
    pub severity: &'static str,
    pub code: &'static str,
    pub rule: Option<usize>,
    pub message: String,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        Self {
            severity,
            code: finding.code,
            rule: finding.rule,
            message: finding.message,
        }
    }
}

impl fmt::Display for FindingView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.message)?;
        match self.rule {
            Some(rule) => write!(f, " [{}, rule {rule}]", self.code),
            None => write!(f, " [{}]", self.code),
        }
    }
}
