//! GET EXPORT POLICY (an extension of ours): what may leave the card, and who may change that.

use super::{Command, unexpected};
use crate::{
    apdu::{Answer, CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// GET EXPORT POLICY, P1 = 0: sequence, digest, flags, mask, authority.
#[derive(Clone, Copy, Debug)]
pub struct GetPolicyState;

/// What can be read in blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyPart {
    /// The policy in force.
    Policy,
    /// The floor: compiled and added rules.
    Floor,
    /// The signature that the policy came with; empty for the installed policy.
    Signature,
}

/// GET EXPORT POLICY, P1 = 1 to 3: one block of 200 bytes.
#[derive(Clone, Copy, Debug)]
pub struct GetPolicyBlock {
    /// Of what.
    pub part: PolicyPart,
    /// Which one, from 0.
    pub block: u8,
}

fn refusal<C: Command>(status: StatusWord) -> CardError {
    match status {
        StatusWord::UNKNOWN_INS => CardError::Unsupported {
            what: "tell its export policy",
            since: "it is not a Keyfence card",
        },
        other => unexpected::<C>(other),
    }
}

impl Command for GetPolicyState {
    const NAME: &'static str = "GET EXPORT POLICY";
    /// The template as the card sent it: `A5 len { 02 90 91 93 92 }`.
    type Answer = Vec<u8>;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::GET_EXPORT_POLICY, 0, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<Vec<u8>, CardError> {
        Ok(data.to_vec())
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal::<Self>(status)
    }
}

impl Command for GetPolicyBlock {
    const NAME: &'static str = "GET EXPORT POLICY";
    /// The block; `None` past the end.
    type Answer = Option<Vec<u8>>;

    fn request(&self) -> CommandApdu {
        let p1 = match self.part {
            PolicyPart::Policy => 1,
            PolicyPart::Floor => 2,
            PolicyPart::Signature => 3,
        };
        CommandApdu::new(ins::GET_EXPORT_POLICY, p1, self.block)
    }

    fn parse(&self, data: &[u8]) -> Result<Self::Answer, CardError> {
        Ok(Some(data.to_vec()))
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal::<Self>(status)
    }

    fn conclude(&self, answer: &Answer) -> Result<Self::Answer, CardError> {
        match answer.status() {
            StatusWord::OK => self.parse(answer.data()),
            StatusWord::WRONG_P1P2 if self.block > 0 => Ok(None),
            refused => Err(self.refusal(refused)),
        }
    }
}
