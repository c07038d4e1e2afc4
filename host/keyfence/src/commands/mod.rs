//! The card's commands, one module each: its request, its answer, its errors.
//!
//! A [`Command`] is a value: nothing here sends anything. [`crate::session::Session`] sends them, in the channel where one is open.

mod change_pin;
mod derive_key;
mod export_key;
mod export_keys;
mod factory_reset;
mod generate_key;
mod generate_mnemonic;
mod get_data;
mod get_export_policy;
mod get_status;
mod identify_card;
mod init;
mod load_key;
mod mutually_authenticate;
mod open_secure_channel;
mod pair;
mod remove_key;
mod select;
mod set_ndef;
mod set_pinless_path;
mod sign;
mod store_data;
mod unblock_pin;
mod unpair;
mod update_export_policy;
mod verify_pin;

pub use change_pin::{ChangePairingSecret, ChangePin, ChangePuk};
pub use derive_key::DeriveKey;
pub use export_key::{ExportKey, Exportable, KeyChoice};
pub use export_keys::ExportKeys;
pub use factory_reset::FactoryReset;
pub use generate_key::GenerateKey;
pub use generate_mnemonic::GenerateMnemonic;
pub use get_data::{DataKind, GetData};
pub use get_export_policy::{GetPolicyBlock, GetPolicyState, PolicyPart};
pub use get_status::{GetCurrentPath, GetStatus, PinStatus};
pub use identify_card::{Identification, IdentifyCard};
pub use init::{Init, InitCommand, RetryLimits};
pub use load_key::{KeyMaterial, LoadKey, LoadSeed};
pub use mutually_authenticate::MutuallyAuthenticate;
pub use open_secure_channel::{OpenSecureChannel, SessionSalt};
pub use pair::{CardChallenge, PairFinal, PairFirst, PairedSlot, SlotChoice};
pub use remove_key::RemoveKey;
pub use select::{Application, Capabilities, CardInfo, Select};
pub use set_ndef::SetNdef;
pub use set_pinless_path::SetPinlessPath;
pub use sign::{Sign, SignPath};
pub use store_data::StoreData;
pub use unblock_pin::UnblockPin;
pub use unpair::Unpair;
pub use update_export_policy::{FreezePolicy, NarrowPolicy, UpdatePolicyBlock};
pub use verify_pin::VerifyPin;

use crate::{
    apdu::{Answer, CommandApdu, StatusWord},
    error::CardError,
};

/// One command of the card.
pub trait Command {
    /// The name in the specification.
    const NAME: &'static str;

    /// What a success answers.
    type Answer;

    /// The plaintext APDU.
    fn request(&self) -> CommandApdu;

    /// Reads the data of a success.
    fn parse(&self, data: &[u8]) -> Result<Self::Answer, CardError>;

    /// What a status word other than 9000 means here.
    fn refusal(&self, status: StatusWord) -> CardError {
        unexpected::<Self>(status)
    }

    /// The answer, or what the card's refusal means.
    fn conclude(&self, answer: &Answer) -> Result<Self::Answer, CardError> {
        if answer.status().is_ok() {
            self.parse(answer.data())
        } else {
            Err(self.refusal(answer.status()))
        }
    }
}

/// The error for a status word that a command doesn't have.
fn unexpected<C: Command + ?Sized>(status: StatusWord) -> CardError {
    CardError::UnexpectedStatus {
        command: C::NAME,
        status,
    }
}

/// The error for an answer that can't be parsed.
fn malformed<C: Command + ?Sized>(what: &'static str) -> CardError {
    CardError::MalformedAnswer {
        command: C::NAME,
        what,
    }
}

/// The error for data that the card didn't take.
fn refused<C: Command + ?Sized>() -> CardError {
    CardError::DataRefused { command: C::NAME }
}

/// An answer of exactly so many bytes.
fn exactly<C: Command + ?Sized, const N: usize>(
    data: &[u8],
    what: &'static str,
) -> Result<[u8; N], CardError> {
    data.try_into().map_err(|_| malformed::<C>(what))
}

/// An answer without data.
fn empty<C: Command + ?Sized>(data: &[u8]) -> Result<(), CardError> {
    if data.is_empty() {
        Ok(())
    } else {
        Err(malformed::<C>("data where none belongs"))
    }
}
