//! Why a private key doesn't leave: the rule that came nearest and what would have to change.

use core::fmt;
use std::borrow::Cow;

use super::evaluate::{Decision, Evaluator};
use super::rule::Rule;
use crate::error::{Explain, Family};
use crate::path::{Component, Path};

/// Why a path is refused, in terms of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The path asked for.
    pub path: Path,
    /// The decision that is explained.
    pub decision: Decision,
    /// The rule that came nearest, if the policy has any.
    pub nearest: Option<Nearest>,
}

/// The rule of the policy in force that came nearest to naming a path, and what keeps it from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The rule's index on the card.
    pub index: usize,
    /// The rule.
    pub rule: Rule,
    /// The first thing in which the path departs from it.
    pub mismatch: Mismatch,
}

/// The first thing in which a path departs from a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// A prefix component differs, at this position counted from 1.
    Prefix {
        /// The component, counted from 1.
        position: usize,
        /// What the path has there.
        found: Component,
        /// What the rule asks for.
        wanted: Component,
    },
    /// The boundary component lies outside the rule's range.
    Boundary {
        /// The component, counted from 1.
        position: usize,
        /// What the path has there.
        found: Component,
    },
    /// The path ends above the rule's paths: so many components are missing.
    TooShort {
        /// How many components the path lacks.
        missing: usize,
    },
    /// The path goes on below the rule's paths: so many components are too many.
    TooLong {
        /// How many components the path has too many.
        excess: usize,
    },
    /// The rule names the path, and is switched off.
    SwitchedOff,
}

impl Mismatch {
    fn between(rule: &Rule, path: &[Component]) -> Option<(usize, Self)> {
        for (index, (wanted, found)) in rule.prefix().iter().zip(path).enumerate() {
            if wanted != found {
                return Some((
                    index,
                    Self::Prefix {
                        position: index + 1,
                        found: *found,
                        wanted: *wanted,
                    },
                ));
            }
        }
        let depth = rule.boundary_depth();
        if let Some(found) = path.get(rule.prefix().len())
            && (*found < rule.lo() || rule.hi() < *found)
        {
            return Some((
                rule.prefix().len(),
                Self::Boundary {
                    position: depth,
                    found: *found,
                },
            ));
        }
        let (shortest, longest) = (
            depth + usize::from(rule.tail_min()),
            depth + usize::from(rule.tail_max()),
        );
        if path.len() < shortest {
            Some((
                path.len(),
                Self::TooShort {
                    missing: shortest - path.len(),
                },
            ))
        } else if path.len() > longest {
            Some((
                path.len(),
                Self::TooLong {
                    excess: path.len() - longest,
                },
            ))
        } else {
            None
        }
    }
}

impl Evaluator {
    /// Why the private key of this path doesn't leave, or `None` when it does.
    pub fn explain(&self, path: &Path) -> Option<Explanation> {
        let decision = self.private(path);
        if decision.is_allowed() {
            return None;
        }
        let nearest = self
            .in_force
            .rules()
            .iter()
            .enumerate()
            .map(
                |(index, rule)| match Mismatch::between(rule, path.as_slice()) {
                    Some((common, mismatch)) => (
                        common,
                        Nearest {
                            index,
                            rule: rule.clone(),
                            mismatch,
                        },
                    ),
                    None => (
                        usize::MAX,
                        Nearest {
                            index,
                            rule: rule.clone(),
                            mismatch: Mismatch::SwitchedOff,
                        },
                    ),
                },
            )
            // The first of equals: max_by_key takes the last.
            .rev()
            .max_by_key(|(common, _)| *common)
            .map(|(_, nearest)| nearest);
        Some(Explanation {
            path: path.clone(),
            decision,
            nearest,
        })
    }
}

impl Explain for Explanation {
    fn code(&self) -> &'static str {
        match self.decision {
            Decision::Floor(_) | Decision::Master => "E-POLICY-FLOOR",
            Decision::SwitchedOff(_) => "E-POLICY-SWITCHED-OFF",
            _ => "E-POLICY-REFUSED",
        }
    }

    fn family(&self) -> Family {
        Family::Policy
    }

    fn hint(&self) -> Cow<'static, str> {
        let opens = "The card's authority would have to sign a policy that opens it (`keyfence policy build`).";
        match (&self.decision, self.nearest.as_ref().map(|nearest| nearest.mismatch)) {
            (Decision::Master, _) => "No policy can open it.".into(),
            (Decision::Floor(floor), _) => {
                format!("The floor keeps {} on the card for good: no policy can open it.", floor.subtree_text()).into()
            }
            (Decision::SwitchedOff(index), _) => {
                format!("Rule {index} was switched off by the card's owner: only a later signed policy brings it back.").into()
            }
            (_, Some(Mismatch::TooShort { missing })) => {
                format!("Ask for a path with {missing} more component{}: the rule names no shorter ones.", plural(missing)).into()
            }
            (_, Some(Mismatch::TooLong { excess })) => {
                format!("Ask for a path with {excess} component{} fewer: the rule names no longer ones.", plural(excess)).into()
            }
            _ => opens.into(),
        }
    }
}

impl std::error::Error for Explanation {}

const fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.decision {
            Decision::Master => {
                return f.write_str("the master's private key never leaves the card");
            }
            Decision::Floor(floor) => {
                return write!(
                    f,
                    "the private key of {path} stays on the card: the floor keeps {} and everything below",
                    floor.subtree_text()
                );
            }
            _ => write!(
                f,
                "the private key of {path} stays on the card: no rule that is switched on names it"
            )?,
        }
        match &self.nearest {
            None => f.write_str("; the policy has no rules"),
            Some(nearest) => write!(
                f,
                "; nearest is rule {}, {}: {}",
                nearest.index,
                nearest.rule,
                nearest.describe()
            ),
        }
    }
}

impl Nearest {
    /// In which way the path departs from the rule.
    pub fn describe(&self) -> String {
        match self.mismatch {
            Mismatch::Prefix {
                position,
                found,
                wanted,
            } => format!("component {position} is {found}, not {wanted}"),
            Mismatch::Boundary { position, found } if found.is_hardened() => {
                format!(
                    "component {position} is {found}, outside {}..{}",
                    self.rule.lo(),
                    self.rule.hi()
                )
            }
            Mismatch::Boundary { position, found } => {
                format!(
                    "component {position} is {found}, not hardened and outside {}..{}",
                    self.rule.lo(),
                    self.rule.hi()
                )
            }
            Mismatch::TooShort { missing } => format!(
                "the path is {missing} component{} too short",
                plural(missing)
            ),
            Mismatch::TooLong { excess } => {
                format!("the path is {excess} component{} too long", plural(excess))
            }
            Mismatch::SwitchedOff => "the rule is switched off".into(),
        }
    }
}
