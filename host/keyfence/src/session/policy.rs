//! Reading and changing the export policy (our cards only).

use super::{ChannelState, Session, Verified};
use crate::{
    commands::{
        FreezePolicy, GetPolicyBlock, GetPolicyState, NarrowPolicy, PolicyPart, UpdatePolicyBlock,
    },
    error::{CardError, Error, InputError},
    policy::{CardPolicy, Fingerprint, PolicyState},
    protocol::{READ_BLOCK, UPDATE_BLOCK},
};

impl<S: ChannelState> Session<S> {
    /// The policy's state as the card sends it: `A5 len { 02 sequence, 90 digest, 91 flags, 93 mask, 92 authority's fingerprint }`.
    pub fn policy_state(&mut self) -> Result<Vec<u8>, Error> {
        let result = self.command(&GetPolicyState);
        match &result {
            Ok(_) => self.link.extensions = Some(true),
            Err(Error::Card(CardError::Unsupported { .. })) => self.link.extensions = Some(false),
            Err(_) => {}
        }
        result
    }

    /// The card's whole policy: state, rules, signature and floor, checked to fit together.
    pub fn policy(&mut self) -> Result<CardPolicy, Error> {
        let (state, policy) = (self.policy_state()?, self.policy_bytes()?);
        let (signature, floor) = (self.policy_signature()?, self.floor_bytes()?);
        Ok(CardPolicy::decode(&state, &policy, &signature, &floor)?)
    }

    /// Compares the card's policy authority with the one that was meant, none included. A genuine card has none.
    pub fn check_authority(&mut self, expected: Option<Fingerprint>) -> Result<(), Error> {
        let found = match self.has_extensions()? {
            true => PolicyState::decode(&self.policy_state()?)?.authority,
            false => None,
        };
        if found == expected {
            Ok(())
        } else {
            Err(CardError::PolicyAuthority { expected, found }.into())
        }
    }

    /// Whether the card speaks our extensions; asked once.
    pub fn has_extensions(&mut self) -> Result<bool, Error> {
        if let Some(known) = self.link.extensions {
            return Ok(known);
        }
        match self.policy_state() {
            Ok(_) => Ok(true),
            Err(Error::Card(CardError::Unsupported { .. })) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The policy in force, encoded.
    pub fn policy_bytes(&mut self) -> Result<Vec<u8>, Error> {
        self.policy_part(PolicyPart::Policy)
    }

    /// The floor, encoded: compiled and added rules.
    pub fn floor_bytes(&mut self) -> Result<Vec<u8>, Error> {
        self.policy_part(PolicyPart::Floor)
    }

    /// The signature that the policy in force came with; empty for the installed one.
    pub fn policy_signature(&mut self) -> Result<Vec<u8>, Error> {
        self.policy_part(PolicyPart::Signature)
    }

    fn policy_part(&mut self, part: PolicyPart) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        for block in 0..=u8::MAX {
            let Some(bytes) = self.command(&GetPolicyBlock { part, block })? else {
                break;
            };
            whole.extend_from_slice(&bytes);
            if bytes.len() < READ_BLOCK {
                break;
            }
        }
        Ok(whole)
    }
}

impl Session<Verified> {
    /// Sends a signed policy. The answer is the digest of the policy now in force.
    pub fn update_policy(&mut self, signed: &[u8]) -> Result<[u8; 32], Error> {
        let given = signed.len();
        let wrong_length = InputError::Length {
            what: "the signed policy",
            given,
            expected: "a card takes at most 312",
        };
        if signed.is_empty() || given > 312 {
            return Err(wrong_length.into());
        }
        let blocks: Vec<&[u8]> = signed.chunks(UPDATE_BLOCK).collect();
        let mut digest = None;
        for (index, data) in blocks.iter().enumerate() {
            let block = UpdatePolicyBlock {
                block: index as u8,
                last: index + 1 == blocks.len(),
                data,
            };
            digest = self.command(&block)?;
        }
        digest.ok_or(wrong_length.into())
    }

    /// Freezes the policy until a factory reset.
    pub fn freeze_policy(&mut self) -> Result<(), Error> {
        self.command(&FreezePolicy)
    }

    /// Switches a rule of the policy in force off; only a later signed policy brings it back.
    ///
    /// With the first 8 bytes of the digest of the policy that is meant, a card with another one refuses.
    pub fn narrow_policy(&mut self, rule: u8, digest: Option<[u8; 8]>) -> Result<(), Error> {
        self.command(&NarrowPolicy { rule, digest })
    }
}
