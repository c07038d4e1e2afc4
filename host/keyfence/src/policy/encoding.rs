//! The canonical encoding of policies: each list of rules has one, and everything else is refused by name.

use core::fmt;
use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::rule::{Rule, RuleError};
use super::sign::AuthorityKey;
use super::{MAX_POLICY_LEN, MAX_PREFIX, MAX_RULES, MAX_SIGNATURE_LEN, POLICY_VERSION};
use crate::error::{Explain, Family};
use crate::path::Component;

const FLAG_UID: u8 = 1;
const FLAG_SUCCESSOR: u8 = 2;
const MODE_PRIVATE: u8 = 1;
const UID_LEN: usize = 16;

/// When a card looks at what is wrong: before the signature is verified, or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Version, flags, counts and lengths, checked before the signature.
    Shape,
    /// Contents and order of the rules, successor and floor, checked last.
    Contents,
}

/// Why bytes are no policy, or no floor. A card answers 6A80 to each of these.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The bytes end where more must follow.
    Truncated {
        /// The offset at which the bytes end.
        at: usize,
    },
    /// The version byte isn't 1.
    Version(u8),
    /// Flags other than bits 0 and 1.
    Flags(u8),
    /// More rules than fit.
    TooManyRules(u8),
    /// A rule with more than [`MAX_PREFIX`] prefix components.
    PrefixTooLong {
        /// The rule, counted from 0.
        rule: usize,
        /// Its number of prefix components.
        components: u8,
    },
    /// More than [`MAX_POLICY_LEN`] bytes.
    TooLong(usize),
    /// Bytes after the end of the encoding.
    Trailing {
        /// The offset of the first of them.
        at: usize,
    },
    /// What follows the policy isn't exactly one DER SEQUENCE of at most [`MAX_SIGNATURE_LEN`] bytes.
    SignatureShape,
    /// A rule whose parts make no rule.
    Rule {
        /// The rule, counted from 0.
        rule: usize,
        /// What is wrong with it.
        error: RuleError,
    },
    /// A rule whose modes byte isn't the one that the list asks for (01 in a policy, 00 in a floor).
    Modes {
        /// The rule, counted from 0.
        rule: usize,
        /// Its modes byte.
        modes: u8,
    },
    /// A rule that sorts below the one before it.
    Unsorted {
        /// The rule, counted from 0.
        rule: usize,
    },
    /// A rule equal to the one before it.
    Duplicate {
        /// The rule, counted from 0.
        rule: usize,
    },
    /// A rule of a floor whose tail isn't `0..9-k`.
    FloorTail {
        /// The rule, counted from 0.
        rule: usize,
    },
    /// The successor is no point of the curve.
    Successor,
    /// A rule that reaches what the floor keeps.
    ReachesFloor {
        /// The rule.
        rule: Box<Rule>,
        /// The rule of the floor that it reaches.
        floor: Box<Rule>,
    },
}

impl Refusal {
    /// When a card finds it.
    pub const fn stage(&self) -> Stage {
        match self {
            Self::Truncated { .. }
            | Self::Version(_)
            | Self::Flags(_)
            | Self::TooManyRules(_)
            | Self::PrefixTooLong { .. }
            | Self::TooLong(_)
            | Self::Trailing { .. }
            | Self::SignatureShape => Stage::Shape,
            Self::Rule { .. }
            | Self::Modes { .. }
            | Self::Unsorted { .. }
            | Self::Duplicate { .. }
            | Self::FloorTail { .. }
            | Self::Successor
            | Self::ReachesFloor { .. } => Stage::Contents,
        }
    }

    /// The name under which test vectors know the refusal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "truncated",
            Self::Version(_) => "version",
            Self::Flags(_) => "flags",
            Self::TooManyRules(_) => "too-many-rules",
            Self::PrefixTooLong { .. } => "prefix-too-long",
            Self::TooLong(_) => "too-long",
            Self::Trailing { .. } => "trailing",
            Self::SignatureShape => "signature-shape",
            Self::Rule {
                error: RuleError::PrefixTooLong,
                ..
            } => "prefix-too-long",
            Self::Rule {
                error: RuleError::BoundaryNotHardened,
                ..
            } => "boundary-not-hardened",
            Self::Rule {
                error: RuleError::BoundaryReversed,
                ..
            } => "boundary-reversed",
            Self::Rule {
                error: RuleError::TailReversed,
                ..
            } => "tail-reversed",
            Self::Rule {
                error: RuleError::TooDeep,
                ..
            } => "too-deep",
            Self::Modes { .. } => "modes",
            Self::Unsorted { .. } => "unsorted",
            Self::Duplicate { .. } => "duplicate",
            Self::FloorTail { .. } => "floor-tail",
            Self::Successor => "successor",
            Self::ReachesFloor { .. } => "floor",
        }
    }
}

impl Explain for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::ReachesFloor { .. } => "E-POLICY-FLOOR",
            _ => "E-POLICY-ENCODING",
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::ReachesFloor { .. } => Family::Policy,
            _ => Family::Data,
        }
    }

    fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::ReachesFloor { .. } => {
                "A rule grants its boundary nodes with everything below them, and no policy gives wallet keys away: choose a place outside the floor (`keyfence policy show` prints it)."
            }
            Self::TooManyRules(_) | Self::TooLong(_) => {
                "A policy holds at most 8 rules in 240 bytes: join ranges, or shorten prefixes."
            }
            _ => "Build the file again with `keyfence policy build`.",
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { at } => {
                write!(f, "the encoding ends at byte {at}, where more must follow")
            }
            Self::Version(version) => write!(f, "version {version} isn't known"),
            Self::Flags(flags) => write!(f, "flags {flags:02X} aren't known"),
            Self::TooManyRules(n) => write!(f, "{n} rules are too many"),
            Self::PrefixTooLong { rule, components } => {
                write!(
                    f,
                    "rule {rule} has {components} components before its boundary, more than {MAX_PREFIX}"
                )
            }
            Self::TooLong(len) => write!(f, "{len} bytes are more than {MAX_POLICY_LEN}"),
            Self::Trailing { at } => write!(
                f,
                "something follows the end of the encoding, from byte {at}"
            ),
            Self::SignatureShape => write!(
                f,
                "what follows the policy isn't one DER SEQUENCE of at most {MAX_SIGNATURE_LEN} bytes"
            ),
            Self::Rule { rule, error } => write!(f, "rule {rule}: {error}"),
            Self::Modes { rule, modes } => {
                write!(f, "rule {rule}: modes {modes:02X} have no place here")
            }
            Self::Unsorted { rule } => write!(f, "rule {rule} is out of order"),
            Self::Duplicate { rule } => write!(f, "rule {rule} repeats the one before it"),
            Self::FloorTail { rule } => write!(
                f,
                "rule {rule}: a rule of a floor covers everything below its nodes"
            ),
            Self::Successor => f.write_str("the successor is no point of the curve"),
            Self::ReachesFloor { rule, floor } => write!(
                f,
                "{rule} reaches {}, which the floor keeps on the card",
                floor.subtree_text()
            ),
        }
    }
}

impl std::error::Error for Refusal {}

/// A policy: its number, what it is bound to, who comes after, and its rules in encoded order.
///
/// A value of this type has an encoding of at most [`MAX_POLICY_LEN`] bytes with the rules sorted and different. Whether it keeps to
/// a floor is asked apart ([`super::Floor::admit`]), since cards may differ in theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    sequence: u32,
    uid: Option<[u8; UID_LEN]>,
    successor: Option<AuthorityKey>,
    rules: Vec<Rule>,
}

impl Policy {
    /// A policy of these parts; the rules may come in any order.
    pub fn new(
        sequence: u32,
        uid: Option<[u8; UID_LEN]>,
        successor: Option<AuthorityKey>,
        rules: impl Into<Vec<Rule>>,
    ) -> Result<Self, Refusal> {
        let mut rules = rules.into();
        if rules.len() > MAX_RULES {
            return Err(Refusal::TooManyRules(
                u8::try_from(rules.len()).unwrap_or(u8::MAX),
            ));
        }
        rules.sort_by_cached_key(|rule| encode_rule(rule, MODE_PRIVATE));
        if let Some(at) = rules
            .windows(2)
            .position(|pair| matches!(pair, [a, b] if a == b))
        {
            return Err(Refusal::Duplicate { rule: at + 1 });
        }
        let policy = Self {
            sequence,
            uid,
            successor,
            rules,
        };
        let len = policy.encode().len();
        if len > MAX_POLICY_LEN {
            Err(Refusal::TooLong(len))
        } else {
            Ok(policy)
        }
    }

    /// The policy of a card that nothing was said to at installation: EIP-1581's chat and database keys, number 0.
    pub fn default_installed() -> Self {
        let hardened = |index| Component::from_u32(index | Component::HARDENED_BIT);
        let rule = Rule::new([43, 60, 1581].map(hardened), hardened(0), hardened(1), 1, 6);
        Self {
            sequence: 0,
            uid: None,
            successor: None,
            rules: rule.into_iter().collect(),
        }
    }

    /// The policy that these bytes encode, all of them.
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        let raw = RawPolicy::read(bytes)?;
        if raw.len < bytes.len() {
            return Err(Refusal::Trailing { at: raw.len });
        }
        raw.check()
    }

    /// The one encoding of this policy.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![POLICY_VERSION];
        bytes.extend(self.sequence.to_be_bytes());
        let flags = self.uid.map_or(0, |_| FLAG_UID)
            | self.successor.as_ref().map_or(0, |_| FLAG_SUCCESSOR);
        bytes.push(flags);
        bytes.extend(self.uid.iter().flatten());
        bytes.extend(self.successor.iter().flat_map(|key| key.as_bytes()));
        bytes.extend(encode_rules(&self.rules, MODE_PRIVATE));
        bytes
    }

    /// SHA-256 of the encoding, by which cards and people name a policy.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.encode()).into()
    }

    /// The number; a card takes only a higher one than it has.
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The UID of the only card that this policy is for, if it is for one.
    pub const fn uid(&self) -> Option<&[u8; UID_LEN]> {
        self.uid.as_ref()
    }

    /// The authority that takes over with this policy, if one does.
    pub const fn successor(&self) -> Option<&AuthorityKey> {
        self.successor.as_ref()
    }

    /// The rules in encoded order, which is that of a card's rule indexes.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

/// A policy with the authority's signature over it, as a card takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPolicy {
    policy: Policy,
    signature: Vec<u8>,
}

impl SignedPolicy {
    /// A policy and a signature, one DER SEQUENCE. The signature isn't verified here: see [`super::verify_signature`].
    pub fn new(policy: Policy, signature: impl Into<Vec<u8>>) -> Result<Self, Refusal> {
        let signature = signature.into();
        if is_one_sequence(&signature) {
            Ok(Self { policy, signature })
        } else {
            Err(Refusal::SignatureShape)
        }
    }

    /// The policy and the signature that these bytes are made of.
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        let (policy, signature) = split_signed(bytes)?;
        Ok(Self {
            policy: RawPolicy::read(policy)?.check()?,
            signature: signature.to_vec(),
        })
    }

    /// Policy and signature, one after the other.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.policy.encode();
        bytes.extend(&self.signature);
        bytes
    }

    /// The policy.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The signature, one DER SEQUENCE.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// Where a signed policy's policy ends and its signature begins, by outer shape alone: neither is looked into further.
pub fn split_signed(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let len = RawPolicy::read(bytes)?.len;
    let (policy, signature) = bytes
        .split_at_checked(len)
        .ok_or(Refusal::Truncated { at: bytes.len() })?;
    if is_one_sequence(signature) {
        Ok((policy, signature))
    } else {
        Err(Refusal::SignatureShape)
    }
}

fn is_one_sequence(bytes: &[u8]) -> bool {
    match bytes {
        [0x30, len, content @ ..] => {
            usize::from(*len) == content.len() && bytes.len() <= MAX_SIGNATURE_LEN
        }
        _ => false,
    }
}

/// A cursor that names the place where the bytes end too early.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let value = rest.first_chunk::<N>().ok_or(Refusal::Truncated {
            at: self.bytes.len(),
        })?;
        self.at += N;
        Ok(*value)
    }

    fn byte(&mut self) -> Result<u8, Refusal> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn component(&mut self) -> Result<Component, Refusal> {
        self.array()
            .map(|bytes| Component::from_u32(u32::from_be_bytes(bytes)))
    }

    /// Reads `n | rule*n` by outer shape.
    pub(super) fn rules(&mut self, limit: usize) -> Result<Vec<RawRule>, Refusal> {
        let n = self.byte()?;
        if usize::from(n) > limit {
            return Err(Refusal::TooManyRules(n));
        }
        (0..usize::from(n)).map(|rule| self.rule(rule)).collect()
    }

    fn rule(&mut self, rule: usize) -> Result<RawRule, Refusal> {
        let k = self.byte()?;
        if usize::from(k) > MAX_PREFIX {
            return Err(Refusal::PrefixTooLong {
                rule,
                components: k,
            });
        }
        let prefix = (0..k).map(|_| self.component()).collect::<Result<_, _>>()?;
        Ok(RawRule {
            prefix,
            lo: self.component()?,
            hi: self.component()?,
            tail_min: self.byte()?,
            tail_max: self.byte()?,
            modes: self.byte()?,
        })
    }
}

/// A rule of the right shape whose contents nobody has looked at yet.
pub(super) struct RawRule {
    prefix: Vec<Component>,
    lo: Component,
    hi: Component,
    tail_min: u8,
    tail_max: u8,
    modes: u8,
}

struct RawPolicy {
    len: usize,
    sequence: u32,
    uid: Option<[u8; UID_LEN]>,
    successor: Option<[u8; AuthorityKey::LEN]>,
    rules: Vec<RawRule>,
}

impl RawPolicy {
    /// Reads the policy that the bytes begin with, by outer shape.
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader::new(bytes);
        let version = reader.byte()?;
        if version != POLICY_VERSION {
            return Err(Refusal::Version(version));
        }
        let sequence = u32::from_be_bytes(reader.array()?);
        let flags = reader.byte()?;
        if flags & !(FLAG_UID | FLAG_SUCCESSOR) != 0 {
            return Err(Refusal::Flags(flags));
        }
        let uid = (flags & FLAG_UID != 0)
            .then(|| reader.array())
            .transpose()?;
        let successor = (flags & FLAG_SUCCESSOR != 0)
            .then(|| reader.array())
            .transpose()?;
        let rules = reader.rules(MAX_RULES)?;
        let len = reader.at();
        if len > MAX_POLICY_LEN {
            return Err(Refusal::TooLong(len));
        }
        Ok(Self {
            len,
            sequence,
            uid,
            successor,
            rules,
        })
    }

    /// Looks into the contents.
    fn check(self) -> Result<Policy, Refusal> {
        let rules = check_rules(self.rules, MODE_PRIVATE)?;
        let successor = self
            .successor
            .map(|bytes| AuthorityKey::from_bytes(&bytes).ok_or(Refusal::Successor))
            .transpose()?;
        Ok(Policy {
            sequence: self.sequence,
            uid: self.uid,
            successor,
            rules,
        })
    }
}

/// Checks each rule and the order of all.
pub(super) fn check_rules(raw: Vec<RawRule>, modes: u8) -> Result<Vec<Rule>, Refusal> {
    let mut rules = Vec::with_capacity(raw.len());
    let mut before: Option<Vec<u8>> = None;
    for (index, raw) in raw.into_iter().enumerate() {
        if raw.modes != modes {
            return Err(Refusal::Modes {
                rule: index,
                modes: raw.modes,
            });
        }
        let rule = Rule::new(raw.prefix, raw.lo, raw.hi, raw.tail_min, raw.tail_max)
            .map_err(|error| Refusal::Rule { rule: index, error })?;
        let encoded = encode_rule(&rule, modes);
        match before.as_ref().map(|before| before.cmp(&encoded)) {
            Some(core::cmp::Ordering::Greater) => return Err(Refusal::Unsorted { rule: index }),
            Some(core::cmp::Ordering::Equal) => return Err(Refusal::Duplicate { rule: index }),
            _ => {}
        }
        before = Some(encoded);
        rules.push(rule);
    }
    Ok(rules)
}

/// The encoding of one rule.
pub(super) fn encode_rule(rule: &Rule, modes: u8) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(rule.prefix().len()).unwrap_or(u8::MAX)];
    for component in rule.prefix().iter().chain([&rule.lo(), &rule.hi()]) {
        bytes.extend(component.to_u32().to_be_bytes());
    }
    bytes.extend([rule.tail_min(), rule.tail_max(), modes]);
    bytes
}

/// The encoding of a list: the number of rules, then each.
pub(super) fn encode_rules(rules: &[Rule], modes: u8) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(rules.len()).unwrap_or(u8::MAX)];
    for rule in rules {
        bytes.extend(encode_rule(rule, modes));
    }
    bytes
}
