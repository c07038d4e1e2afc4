//! A card's policy state and what it answers to an update, check by check in the card's order.

use core::fmt;
use std::borrow::Cow;

use super::encoding::{Policy, Refusal, split_signed};
use super::evaluate::Evaluator;
use super::sign::{AuthorityKey, verify_signature};
use super::state::{CardPolicy, PolicyState, check_head};
use super::{MAX_SIGNED_LEN, SEQUENCE_LIMIT, UPDATE_BLOCK_LEN};
use crate::error::{Explain, Family};

/// The policy state of a card, and how it changes. Hosts ask it before they trouble a card, tests hold the card against it.
#[derive(Clone, Debug)]
pub struct CardModel {
    /// The policy in force, the installed one, what is switched off, and the floor.
    pub evaluator: Evaluator,
    /// The card's UID.
    pub uid: [u8; 16],
    /// The authority in force.
    pub authority: Option<AuthorityKey>,
    /// Whether the authority came with the installation, and not at INIT.
    pub authority_installed: bool,
    /// The highest number accepted: what an update must exceed.
    pub sequence: u32,
    /// Whether updates are refused for good.
    pub frozen: bool,
}

/// Why a card refuses a change of its policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateRefusal {
    /// No PIN is verified.
    PinNotVerified,
    /// The policy is frozen.
    Frozen,
    /// The card has no authority.
    NoAuthority,
    /// The bytes are no signed policy, or the policy breaks the rules or reaches the floor.
    Encoding(Refusal),
    /// More than [`MAX_SIGNED_LEN`] bytes, or none.
    Length(usize),
    /// The signature isn't the authority's.
    Signature,
    /// The number isn't above the highest that the card accepted.
    Rollback {
        /// The number that must be exceeded.
        current: u32,
        /// The number offered.
        offered: u32,
    },
    /// The number that no policy may carry.
    SequenceLimit,
    /// Bound to another card.
    OtherCard,
    /// The policy in force has no such rule.
    NoSuchRule,
    /// The digest isn't that of the policy in force.
    OtherPolicy,
}

impl UpdateRefusal {
    /// The status word that a card answers.
    pub const fn status_word(&self) -> u16 {
        match self {
            Self::Encoding(_) | Self::Length(_) => 0x6A80,
            Self::Signature => 0x6982,
            Self::NoSuchRule => 0x6A86,
            Self::PinNotVerified
            | Self::Frozen
            | Self::NoAuthority
            | Self::Rollback { .. }
            | Self::SequenceLimit
            | Self::OtherCard
            | Self::OtherPolicy => 0x6985,
        }
    }
}

impl Explain for UpdateRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::PinNotVerified => "E-POLICY-PIN",
            Self::Frozen => "E-POLICY-FROZEN",
            Self::NoAuthority => "E-POLICY-NO-AUTHORITY",
            Self::Encoding(refusal) => refusal.code(),
            Self::Length(_) => "E-POLICY-ENCODING",
            Self::Signature => "E-POLICY-SIGNATURE",
            Self::Rollback { .. } => "E-POLICY-ROLLBACK",
            Self::SequenceLimit => "E-POLICY-SEQUENCE",
            Self::OtherCard => "E-POLICY-OTHER-CARD",
            Self::NoSuchRule => "E-POLICY-NO-SUCH-RULE",
            Self::OtherPolicy => "E-POLICY-OTHER-POLICY",
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::Encoding(refusal) => refusal.family(),
            Self::Length(_) => Family::Data,
            Self::PinNotVerified => Family::Authentication,
            Self::NoSuchRule => Family::Usage,
            _ => Family::Policy,
        }
    }

    fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::PinNotVerified => "Verify the PIN first: the owner must agree.",
            Self::Frozen => "Only FACTORY RESET, which wipes the keys too, lifts a freeze.",
            Self::NoAuthority => {
                "An authority is set at installation, or at INIT with `keyfence card init --authority`."
            }
            Self::Encoding(refusal) => return refusal.hint(),
            Self::Length(_) => {
                "The file is no signed policy: make one with `keyfence policy sign`."
            }
            Self::Signature => {
                "Compare the fingerprint of the signing key with the card's authority in `keyfence policy show`."
            }
            Self::Rollback { .. } => "Sign the policy again with a number above the card's.",
            Self::SequenceLimit => "Use a number below 4294967295.",
            Self::OtherCard => "Sign one for this card's UID, or one that is bound to no card.",
            Self::NoSuchRule => "See the rules and their numbers with `keyfence policy show`.",
            Self::OtherPolicy => {
                "The card's policy has changed: look at it again with `keyfence policy show`."
            }
        })
    }
}

impl fmt::Display for UpdateRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PinNotVerified => f.write_str("no PIN is verified"),
            Self::Frozen => f.write_str("the card's policy is frozen"),
            Self::NoAuthority => f.write_str("the card has no policy authority"),
            Self::Encoding(refusal) => refusal.fmt(f),
            Self::Length(0) => f.write_str("there is nothing to send"),
            Self::Length(len) => write!(
                f,
                "{len} bytes are more than the {MAX_SIGNED_LEN} that a card takes"
            ),
            Self::Signature => f.write_str("the signature isn't the card's authority's"),
            Self::Rollback { current, offered } => write!(
                f,
                "number {offered} isn't above {current}, the highest that the card has taken"
            ),
            Self::SequenceLimit => write!(
                f,
                "number {SEQUENCE_LIMIT} is refused: no policy could follow it"
            ),
            Self::OtherCard => f.write_str("the policy is bound to another card"),
            Self::NoSuchRule => f.write_str("the policy in force has no such rule"),
            Self::OtherPolicy => f.write_str("this isn't the policy in force"),
        }
    }
}

impl std::error::Error for UpdateRefusal {}

impl From<Refusal> for UpdateRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Encoding(refusal)
    }
}

impl CardModel {
    /// What the card would answer to this signed policy: the policy, or the first check that fails. Nothing changes.
    pub fn judge(&self, signed: &[u8], pin_verified: bool) -> Result<Policy, UpdateRefusal> {
        if !pin_verified {
            return Err(UpdateRefusal::PinNotVerified);
        }
        if self.frozen {
            return Err(UpdateRefusal::Frozen);
        }
        let authority = self.authority.as_ref().ok_or(UpdateRefusal::NoAuthority)?;
        if signed.is_empty() || signed.len() > MAX_SIGNED_LEN {
            return Err(UpdateRefusal::Length(signed.len()));
        }
        let (policy, signature) = split_signed(signed)?;
        if !verify_signature(policy, signature, authority) {
            return Err(UpdateRefusal::Signature);
        }
        // The number and the UID sit at fixed places, so the card compares them before it looks at the rules.
        let (sequence, uid) = head(policy);
        check_head(sequence, uid.as_ref(), self.sequence, &self.uid)?;
        let policy = Policy::decode(policy)?;
        self.evaluator.floor.admit(&policy)?;
        Ok(policy)
    }

    /// UPDATE EXPORT POLICY: the digest of the policy that is in force afterwards.
    pub fn update(&mut self, signed: &[u8], pin_verified: bool) -> Result<[u8; 32], UpdateRefusal> {
        let policy = self.judge(signed, pin_verified)?;
        let digest = policy.digest();
        self.sequence = policy.sequence();
        if let Some(successor) = policy.successor() {
            self.authority = Some(successor.clone());
        }
        self.evaluator.in_force = policy;
        self.evaluator.switched_off = 0;
        Ok(digest)
    }

    /// Switches a rule of the policy in force off, if the digest given is the one it is meant for.
    pub fn narrow(
        &mut self,
        rule: usize,
        digest: Option<[u8; 8]>,
        pin_verified: bool,
    ) -> Result<(), UpdateRefusal> {
        if rule >= self.evaluator.in_force.rules().len() {
            return Err(UpdateRefusal::NoSuchRule);
        }
        if !pin_verified {
            return Err(UpdateRefusal::PinNotVerified);
        }
        if digest.is_some_and(|digest| !self.evaluator.in_force.digest().starts_with(&digest)) {
            return Err(UpdateRefusal::OtherPolicy);
        }
        self.evaluator.switched_off |= 1 << rule;
        Ok(())
    }

    /// Refuses every later update, until FACTORY RESET.
    pub fn freeze(&mut self, pin_verified: bool) -> Result<(), UpdateRefusal> {
        if !pin_verified {
            return Err(UpdateRefusal::PinNotVerified);
        }
        self.frozen = true;
        Ok(())
    }

    /// What the card tells of its policy. The signature isn't kept here, so it is left out.
    pub fn tell(&self) -> CardPolicy {
        CardPolicy {
            state: PolicyState {
                sequence: self.sequence,
                digest: self.evaluator.in_force.digest(),
                frozen: self.frozen,
                switched_off: self.evaluator.switched_off,
                authority: self.authority.as_ref().map(AuthorityKey::fingerprint),
            },
            policy: self.evaluator.in_force.clone(),
            signature: None,
            floor: self.evaluator.floor.clone(),
        }
    }

    /// FACTORY RESET: the installed policy again; an authority set at INIT is forgotten with its number, an installed one keeps its last
    /// successor and its number. The card makes a new UID.
    pub fn factory_reset(&mut self, uid: [u8; 16]) {
        self.evaluator.in_force = self.evaluator.installed.clone();
        self.evaluator.switched_off = 0;
        self.frozen = false;
        self.uid = uid;
        if !self.authority_installed {
            self.authority = None;
            self.sequence = self.evaluator.installed.sequence();
        }
    }
}

fn head(policy: &[u8]) -> (u32, Option<[u8; 16]>) {
    match policy {
        [_, a, b, c, d, flags, rest @ ..] => {
            let uid = if flags & 1 == 1 {
                rest.first_chunk().copied()
            } else {
                None
            };
            (u32::from_be_bytes([*a, *b, *c, *d]), uid)
        }
        _ => (0, None),
    }
}

/// The blocks in which a signed policy is sent: P1 (80 on the last one), P2 (the block's number) and data.
pub fn blocks(signed: &[u8]) -> impl Iterator<Item = (u8, u8, &[u8])> {
    let last = signed.len().div_ceil(UPDATE_BLOCK_LEN).saturating_sub(1);
    signed
        .chunks(UPDATE_BLOCK_LEN)
        .enumerate()
        .map(move |(number, data)| {
            (
                if number == last { 0x80 } else { 0 },
                u8::try_from(number).unwrap_or(u8::MAX),
                data,
            )
        })
}
