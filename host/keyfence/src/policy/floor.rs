//! The floor: subtrees whose private keys never leave, whatever a policy says.

use super::encoding::{Reader, Refusal, check_rules, encode_rule, encode_rules};
use super::rule::Rule;
use super::{MAX_FLOOR_RULES, MAX_RULES, Policy};
use crate::path::{Component, MAX_DEPTH, Path};

const MODE_FLOOR: u8 = 0;
/// The position (from 0) of the first component that can be reserved: the fifth.
const FIRST_RESERVED_POSITION: usize = 4;
const RESERVED_LO: u32 = 0xC000_0000;
const RESERVED_HI: u32 = 0xC0FF_FFFF;

/// The floor of a card: what lies at or below the boundary nodes of its rules never leaves as a private key and is never whitelisted.
///
/// Reserved components (the fifth or a later one, after the rule's boundary, in `1073741824'..1090519039'`) are carved out of it: no
/// wallet derives there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    rules: Vec<Rule>,
}

impl Floor {
    /// The floor that every card has: all wallet purposes in use or to come.
    pub fn compiled() -> Self {
        const TOP: u32 = 0x7FFF_FFFF;
        let ranges: [(Option<u32>, u32, u32); 6] = [
            (None, 0, 42),
            (Some(44), 0, 1236),
            (Some(44), 1238, TOP),
            (None, 45, 83_696_967),
            (Some(83_696_968), 0, 65_535),
            (None, 83_696_969, TOP),
        ];
        let hardened = |index: u32| Component::from_u32(index | Component::HARDENED_BIT);
        let rules = ranges.into_iter().filter_map(|(purpose, lo, hi)| {
            let prefix: Vec<_> = purpose.into_iter().map(hardened).collect();
            let tail_max = if prefix.is_empty() { 9 } else { 8 };
            Rule::new(prefix, hardened(lo), hardened(hi), 0, tail_max).ok()
        });
        let mut floor = Self {
            rules: rules.collect(),
        };
        floor.sort();
        floor
    }

    /// A floor that keeps nothing: for tests and for policies read without a card.
    pub const fn empty() -> Self {
        Self { rules: Vec::new() }
    }

    /// A floor of these rules; each must have the tail `0..9-k`.
    pub fn new(rules: impl Into<Vec<Rule>>) -> Result<Self, Refusal> {
        let mut floor = Self {
            rules: rules.into(),
        };
        if floor.rules.len() > MAX_FLOOR_RULES {
            return Err(Refusal::TooManyRules(
                u8::try_from(floor.rules.len()).unwrap_or(u8::MAX),
            ));
        }
        floor.sort();
        if let Some(at) = floor
            .rules
            .windows(2)
            .position(|pair| matches!(pair, [a, b] if a == b))
        {
            return Err(Refusal::Duplicate { rule: at + 1 });
        }
        check_tails(&floor.rules)?;
        Ok(floor)
    }

    /// The floor that these bytes encode, as a card gives its whole one out: up to [`MAX_FLOOR_RULES`] rules.
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        Self::decode_up_to(bytes, MAX_FLOOR_RULES)
    }

    /// The rules that an installer adds (install parameter 92): up to [`MAX_RULES`], none equal to a compiled one.
    pub fn decode_added(bytes: &[u8]) -> Result<Self, Refusal> {
        let added = Self::decode_up_to(bytes, MAX_RULES)?;
        let compiled = Self::compiled();
        match added
            .rules
            .iter()
            .position(|rule| compiled.rules.contains(rule))
        {
            Some(rule) => Err(Refusal::Duplicate { rule }),
            None => Ok(added),
        }
    }

    fn decode_up_to(bytes: &[u8], limit: usize) -> Result<Self, Refusal> {
        let mut reader = Reader::new(bytes);
        let raw = reader.rules(limit)?;
        if reader.at() < bytes.len() {
            return Err(Refusal::Trailing { at: reader.at() });
        }
        let rules = check_rules(raw, MODE_FLOOR)?;
        check_tails(&rules)?;
        Ok(Self { rules })
    }

    /// The one encoding of this floor.
    pub fn encode(&self) -> Vec<u8> {
        encode_rules(&self.rules, MODE_FLOOR)
    }

    /// This floor and the rules of the other.
    pub fn with(&self, added: &Self) -> Result<Self, Refusal> {
        Self::new([self.rules.as_slice(), added.rules.as_slice()].concat())
    }

    /// The rules in encoded order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    fn sort(&mut self) {
        self.rules
            .sort_by_cached_key(|rule| encode_rule(rule, MODE_FLOOR));
    }

    /// The rule that keeps this path's private key on the card: one that covers it, or something below it.
    pub fn keeps(&self, path: &Path) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|floor| keeps(floor, path.as_slice()))
    }

    /// The rule of the floor that a policy's rule reaches, from beside, below or above.
    pub fn reached_by(&self, rule: &Rule) -> Option<&Rule> {
        self.rules.iter().find(|floor| reaches(rule, floor))
    }

    /// Refuses a policy of which a rule reaches this floor.
    pub fn admit(&self, policy: &Policy) -> Result<(), Refusal> {
        for rule in policy.rules() {
            if let Some(floor) = self.reached_by(rule) {
                return Err(Refusal::ReachesFloor {
                    rule: Box::new(rule.clone()),
                    floor: Box::new(floor.clone()),
                });
            }
        }
        Ok(())
    }
}

/// Whether all of this range of components, at this position (from 0), is reserved.
pub(super) fn is_reserved(position: usize, (lo, hi): (Component, Component)) -> bool {
    position >= FIRST_RESERVED_POSITION && lo.to_u32() >= RESERVED_LO && hi.to_u32() <= RESERVED_HI
}

/// The reserved range of a position, if it has one.
pub(super) fn reserved_range(position: usize) -> Option<(u32, u32)> {
    (position >= FIRST_RESERVED_POSITION).then_some((RESERVED_LO, RESERVED_HI))
}

fn check_tails(rules: &[Rule]) -> Result<(), Refusal> {
    let whole = |rule: &Rule| {
        rule.tail_min() == 0 && rule.boundary_depth() + usize::from(rule.tail_max()) == MAX_DEPTH
    };
    match rules.iter().position(|rule| !whole(rule)) {
        Some(rule) => Err(Refusal::FloorTail { rule }),
        None => Ok(()),
    }
}

/// Whether the floor's rule covers the path or anything below it: the components that both have match, and none after the floor's
/// boundary is reserved.
fn keeps(floor: &Rule, path: &[Component]) -> bool {
    path.iter()
        .enumerate()
        .all(|(position, component)| match floor.range(position) {
            Some((lo, hi)) => lo <= *component && *component <= hi,
            None => !is_reserved(position, (*component, *component)),
        })
}

/// Whether the subtrees that a rule grants touch what the floor's rule keeps. Positions are compared one by one: a single position at
/// which nothing can be common makes the two disjoint.
fn reaches(rule: &Rule, floor: &Rule) -> bool {
    let last = rule.prefix().len().max(floor.prefix().len());
    !(0..=last).any(
        |position| match (rule.range(position), floor.range(position)) {
            (Some((lo, hi)), Some((floor_lo, floor_hi))) => hi < floor_lo || floor_hi < lo,
            (Some(range), None) => is_reserved(position, range),
            (None, _) => false,
        },
    )
}
