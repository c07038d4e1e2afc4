//! What a card tells of its policy (GET EXPORT POLICY), read and held together.

use core::fmt;
use std::borrow::Cow;

use crate::error::{Explain, Family};

use super::encoding::{Policy, Refusal, SignedPolicy};
use super::evaluate::Evaluator;
use super::floor::Floor;
use super::sign::Fingerprint;
use super::update::UpdateRefusal;
use super::{READ_BLOCK_LEN, SEQUENCE_LIMIT};

/// The answer to GET EXPORT POLICY with P1 = 00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyState {
    /// The highest number accepted: what an update must exceed.
    pub sequence: u32,
    /// SHA-256 of the policy in force.
    pub digest: [u8; 32],
    /// Whether updates are refused until FACTORY RESET.
    pub frozen: bool,
    /// The rules of the policy in force that are switched off: bit i = rule i.
    pub switched_off: u8,
    /// The authority, if the card has one.
    pub authority: Option<Fingerprint>,
}

/// A card's whole policy: state, policy in force, the signature it came with, and the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardPolicy {
    /// What the card answers first.
    pub state: PolicyState,
    /// The policy in force.
    pub policy: Policy,
    /// The signature that the policy in force came with; the installed one has none.
    pub signature: Option<Vec<u8>>,
    /// The floor, compiled and added rules.
    pub floor: Floor,
}

/// Why a card's answers make no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// The answer to P1 = 00 isn't the specified template.
    Template,
    /// The policy in force can't be read.
    Policy(Refusal),
    /// The floor can't be read.
    Floor(Refusal),
    /// The policy in force has another digest than the card says.
    Digest,
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template => {
                f.write_str("the card's answer about its policy isn't the expected template")
            }
            Self::Policy(refusal) => write!(f, "the card's policy can't be read: {refusal}"),
            Self::Floor(refusal) => write!(f, "the card's floor can't be read: {refusal}"),
            Self::Digest => f.write_str("the card's policy has another digest than the card says"),
        }
    }
}

impl std::error::Error for StateError {}

impl Explain for StateError {
    fn code(&self) -> &'static str {
        "E-POLICY-ANSWER"
    }

    fn family(&self) -> Family {
        Family::Card
    }

    fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed("Trust no export policy of this card; it may be another make, or damaged.")
    }
}

impl PolicyState {
    /// Reads the template: `A5 len { 02 04 sequence 90 20 digest 91 01 flags 93 01 mask 92 08 fingerprint or 92 00 }`.
    pub fn decode(bytes: &[u8]) -> Result<Self, StateError> {
        let fields = match bytes {
            [0xA5, len, fields @ ..] if usize::from(*len) == fields.len() => fields,
            _ => return Err(StateError::Template),
        };
        let mut rest = fields;
        let mut field = |tag: u8, len: usize| match rest {
            [t, l, tail @ ..] if *t == tag && usize::from(*l) == len => {
                let (value, tail) = tail.split_at_checked(len)?;
                rest = tail;
                Some(value)
            }
            _ => None,
        };
        let parsed = (|| {
            let sequence = u32::from_be_bytes(field(0x02, 4)?.try_into().ok()?);
            let digest = field(0x90, 32)?.try_into().ok()?;
            let [flags] = field(0x91, 1)? else {
                return None;
            };
            let [switched_off] = field(0x93, 1)? else {
                return None;
            };
            let has_authority = flags & 1 == 1;
            let authority = match has_authority {
                true => Some(Fingerprint(field(0x92, 8)?.try_into().ok()?)),
                false => field(0x92, 0).map(|_| None)?,
            };
            Some(Self {
                sequence,
                digest,
                frozen: flags & 2 == 2,
                switched_off: *switched_off,
                authority,
            })
        })();
        match parsed {
            Some(state) if rest.is_empty() => Ok(state),
            _ => Err(StateError::Template),
        }
    }
}

impl CardPolicy {
    /// Reads the four answers (P1 = 00; P1 = 01, 03 and 02 with their blocks joined) and checks that they fit together.
    pub fn decode(
        state: &[u8],
        policy: &[u8],
        signature: &[u8],
        floor: &[u8],
    ) -> Result<Self, StateError> {
        let state = PolicyState::decode(state)?;
        let policy = Policy::decode(policy).map_err(StateError::Policy)?;
        if policy.digest() != state.digest {
            return Err(StateError::Digest);
        }
        Ok(Self {
            state,
            policy,
            signature: (!signature.is_empty()).then(|| signature.to_vec()),
            floor: Floor::decode(floor).map_err(StateError::Floor)?,
        })
    }

    /// The card's decisions. A card doesn't tell the policy that it was installed with; the default one is assumed, which counts for
    /// extended public keys and PIN-less paths only.
    pub fn evaluator(&self) -> Evaluator {
        Evaluator {
            in_force: self.policy.clone(),
            switched_off: self.state.switched_off,
            installed: Policy::default_installed(),
            floor: self.floor.clone(),
        }
    }

    /// The card's decisions after it took this policy.
    pub fn evaluator_after(&self, next: &Policy) -> Evaluator {
        Evaluator {
            in_force: next.clone(),
            switched_off: 0,
            ..self.evaluator()
        }
    }

    /// What the card will answer to a policy that its authority has signed, as far as it can be told without the authority's key.
    pub fn foresee(&self, next: &SignedPolicy, uid: &[u8; 16]) -> Result<(), UpdateRefusal> {
        if self.state.frozen {
            return Err(UpdateRefusal::Frozen);
        }
        if self.state.authority.is_none() {
            return Err(UpdateRefusal::NoAuthority);
        }
        let next = next.policy();
        check_head(next.sequence(), next.uid(), self.state.sequence, uid)?;
        Ok(self.floor.admit(next)?)
    }

    /// How many blocks an encoded text of this length is read in.
    pub const fn read_blocks(len: usize) -> usize {
        len.div_ceil(READ_BLOCK_LEN)
    }
}

/// The checks between signature and rules: the number, then the UID.
pub(super) fn check_head(
    offered: u32,
    bound_to: Option<&[u8; 16]>,
    current: u32,
    uid: &[u8; 16],
) -> Result<(), UpdateRefusal> {
    if offered == SEQUENCE_LIMIT {
        Err(UpdateRefusal::SequenceLimit)
    } else if offered <= current {
        Err(UpdateRefusal::Rollback { current, offered })
    } else if bound_to.is_some_and(|bound_to| bound_to != uid) {
        Err(UpdateRefusal::OtherCard)
    } else {
        Ok(())
    }
}
