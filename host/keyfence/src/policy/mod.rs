//! The export policy: which private keys may leave a card, as text, as bytes, as a decision and as a change.
//!
//! A card holds a short list of [`Rule`]s. A private key may be exported if and only if a rule that is switched on matches its whole
//! path and the [`Floor`] doesn't forbid it. The list can be replaced by a [`SignedPolicy`]; the floor can't.
//!
//! Everything here is pure: no card, no file, no clock. The card decides for itself (its own matcher, written separately); what is
//! here explains, checks before sending and compares. Sizes and limits are those of the encoding and are named in this module once.
//!
//! * [`Component`], [`Path`]: derivation paths; [`Rule`]: a range of them, parsed from and printed as
//!   `m/43'/60'/1581'/[0'..1']/{1..6}`.
//! * [`Policy`], [`SignedPolicy`], [`Floor`]: the canonical encodings, each refusal named by [`Refusal`].
//! * [`Evaluator`]: the card's decisions; [`Explanation`]: why a path is refused and what would have to change.
//! * [`PathSet`], [`Difference`]: policies as sets of paths, and what a change opens and closes.
//! * [`lint`]: what is legal and yet worth a second look.
//! * [`CardPolicy`]: what a card tells of its policy.
//! * [`PolicyAuthority`], [`CardModel`]: signing, verifying, and what a card in a given state answers to an update.

mod diff;
mod encoding;
mod evaluate;
mod explain;
mod floor;
mod lint;
mod rule;
mod set;
mod sign;
mod state;
mod update;

pub use crate::path::{Component, MAX_DEPTH, Path, PathError, PathErrorKind};
pub use diff::Difference;
pub use encoding::{Policy, Refusal, SignedPolicy, Stage, split_signed};
pub use evaluate::{Decision, Evaluator};
pub use explain::{Explanation, Mismatch, Nearest};
pub use floor::Floor;
pub use lint::{Finding, Severity, differing_floors, lint, lint_change, same_number};
pub use rule::{Rule, RuleError, RuleTextError, RuleTextErrorKind};
pub use set::{PathSet, Piece};
pub use sign::{
    AuthorityKey, Fingerprint, PolicyAuthority, SIGNING_DOMAIN, SoftwareAuthority, signing_message,
    verify_signature,
};
pub use state::{CardPolicy, PolicyState, StateError};
pub use update::{CardModel, UpdateRefusal, blocks};

/// The version byte that opens every encoded policy.
pub const POLICY_VERSION: u8 = 1;
/// The most rules a policy, or the part of the floor that an installer adds, may hold.
pub const MAX_RULES: usize = 8;
/// The most rules the floor of a card may hold: the compiled ones and those added at installation.
pub const MAX_FLOOR_RULES: usize = 14;
/// The most components a rule's prefix may have.
pub const MAX_PREFIX: usize = 8;
/// The longest encoded policy, in bytes, without its signature.
pub const MAX_POLICY_LEN: usize = 240;
/// The longest signature, in bytes: a DER SEQUENCE of two 33-byte integers.
pub const MAX_SIGNATURE_LEN: usize = 72;
/// The longest signed policy a card takes, in bytes.
pub const MAX_SIGNED_LEN: usize = MAX_POLICY_LEN + MAX_SIGNATURE_LEN;
/// The most bytes one block of an update carries.
pub const UPDATE_BLOCK_LEN: usize = 221;
/// The bytes of a block in which a card gives its policy, floor and signature out.
pub const READ_BLOCK_LEN: usize = 200;
/// The number that no policy may carry, so that a card can always be given a higher one.
pub const SEQUENCE_LIMIT: u32 = u32::MAX;

#[cfg(test)]
mod tests;
