//! The decisions of a card: which private key, which extended public key, which PIN-less path.

use super::Policy;
use super::floor::Floor;
use super::rule::Rule;
use crate::path::Path;

/// What a card decides about from: the policy in force with its switched-off rules, the one it was installed with, and its floor.
#[derive(Clone, Debug)]
pub struct Evaluator {
    /// The policy in force.
    pub in_force: Policy,
    /// The rules of the policy in force that its owner switched off: bit i = rule i.
    pub switched_off: u8,
    /// The policy that the card was installed with.
    pub installed: Policy,
    /// The card's floor.
    pub floor: Floor,
}

/// A decision and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Allowed, by this rule of the policy in force, or by no rule where none is needed.
    Allowed(Option<usize>),
    /// Refused by this rule of the floor.
    Floor(Rule),
    /// A private key that no rule names.
    NoRule,
    /// A private key that only a switched-off rule names.
    SwitchedOff(usize),
    /// At or below a boundary node of this rule.
    Boundary(Rule),
    /// The master key, which never leaves.
    Master,
}

impl Decision {
    /// Whether the card does it.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

impl Evaluator {
    /// A card with this policy in force, nothing switched off, installed with the default policy, with the compiled floor.
    pub fn new(in_force: Policy) -> Self {
        Self {
            in_force,
            switched_off: 0,
            installed: Policy::default_installed(),
            floor: Floor::compiled(),
        }
    }

    /// Whether the owner switched this rule of the policy in force off.
    pub const fn is_off(&self, rule: usize) -> bool {
        rule < 8 && self.switched_off >> rule & 1 == 1
    }

    /// May the private key of this path leave?
    pub fn private(&self, path: &Path) -> Decision {
        if path.is_empty() {
            return Decision::Master;
        }
        if let Some(floor) = self.floor.keeps(path) {
            return Decision::Floor(floor.clone());
        }
        let mut decision = Decision::NoRule;
        for (index, rule) in self.in_force.rules().iter().enumerate() {
            if rule.matches(path) {
                if !self.is_off(index) {
                    return Decision::Allowed(Some(index));
                }
                decision = Decision::SwitchedOff(index);
            }
        }
        decision
    }

    /// May the extended public key of this path leave? The master's may: no soft child of it ever leaves.
    pub fn extended_public(&self, path: &Path) -> Decision {
        self.outside_boundaries(path)
    }

    /// May this path sign without a PIN?
    pub fn pinless(&self, path: &Path) -> Decision {
        self.outside_boundaries(path)
    }

    /// Refuses what lies at or below a boundary of the policy in force, switched off or not, or of the installed one.
    fn outside_boundaries(&self, path: &Path) -> Decision {
        match self
            .in_force
            .rules()
            .iter()
            .chain(self.installed.rules())
            .find(|rule| rule.covers(path))
        {
            Some(rule) => Decision::Boundary(rule.clone()),
            None => Decision::Allowed(None),
        }
    }
}
