//! UPDATE EXPORT POLICY (an extension of ours): a new signed policy, freezing, switching a rule off.

use super::{Command, empty, exactly, unexpected};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// UPDATE EXPORT POLICY: one block of a signed policy.
#[derive(Clone, Copy, Debug)]
pub struct UpdatePolicyBlock<'a> {
    /// Which block, from 0; 0 starts over.
    pub block: u8,
    /// Whether it is the last one, after which the card decides.
    pub last: bool,
    /// 1 to 221 bytes.
    pub data: &'a [u8],
}

/// UPDATE EXPORT POLICY, P1 = 01: no update any more, until a factory reset.
#[derive(Clone, Copy, Debug)]
pub struct FreezePolicy;

/// UPDATE EXPORT POLICY, P1 = 02: switches one rule of the policy in force off.
#[derive(Clone, Copy, Debug)]
pub struct NarrowPolicy {
    /// The rule's index, from 0.
    pub rule: u8,
    /// The first 8 bytes of the digest of the policy that is meant; a card with another one refuses.
    pub digest: Option<[u8; 8]>,
}

fn refusal<C: Command>(status: StatusWord) -> CardError {
    match status {
        StatusWord::UNKNOWN_INS => CardError::Unsupported {
            what: "change its export policy",
            since: "it is not a Keyfence card",
        },
        StatusWord::SECURITY => CardError::PolicySignature,
        StatusWord::CONDITIONS => CardError::PolicyState,
        StatusWord::WRONG_DATA => CardError::PolicyContent,
        other => unexpected::<C>(other),
    }
}

impl Command for UpdatePolicyBlock<'_> {
    const NAME: &'static str = "UPDATE EXPORT POLICY";
    /// After the last block: the digest of the policy now in force.
    type Answer = Option<[u8; 32]>;

    fn request(&self) -> CommandApdu {
        let p1 = if self.last { 0x80 } else { 0x00 };
        CommandApdu::new(ins::UPDATE_EXPORT_POLICY, p1, self.block).with_data(self.data)
    }

    fn parse(&self, data: &[u8]) -> Result<Self::Answer, CardError> {
        if self.last {
            exactly::<Self, 32>(data, "the digest has not 32 bytes").map(Some)
        } else {
            empty::<Self>(data).map(|()| None)
        }
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal::<Self>(status)
    }
}

impl Command for FreezePolicy {
    const NAME: &'static str = "UPDATE EXPORT POLICY";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::UPDATE_EXPORT_POLICY, 0x01, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::PinRequired,
            other => refusal::<Self>(other),
        }
    }
}

impl Command for NarrowPolicy {
    const NAME: &'static str = "UPDATE EXPORT POLICY";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        let digest = self.digest.as_ref().map_or(&[][..], |digest| digest);
        CommandApdu::new(ins::UPDATE_EXPORT_POLICY, 0x02, self.rule).with_data(digest)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::WRONG_P1P2 => CardError::PolicyRule { index: self.rule },
            StatusWord::CONDITIONS => CardError::PolicyOther,
            other => refusal::<Self>(other),
        }
    }
}
