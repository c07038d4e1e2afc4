//! Errors of the card: status words as meanings, and answers that don't hold together.

use super::{Explain, Family};
use crate::{apdu::StatusWord, pairing::Slot, path::Path, policy::Fingerprint, version::Version};
use std::borrow::Cow;

/// What the card refused, or answered against the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// No Keycard applet on this card.
    #[error("this card has no Keycard applet")]
    NoApplet,
    /// A card whose applet speaks secure channel V2 (4.x); nothing was tried on it.
    #[error("secure channel V2 is not supported (the card reports version {version})")]
    ChannelV2 {
        /// The reported version.
        version: Version,
    },
    /// The card has no PIN and no keys yet.
    #[error("the card is not initialised")]
    NotInitialized,
    /// The card already has a PIN; it can be initialised once.
    #[error("the card is already initialised")]
    AlreadyInitialized,
    /// INIT with more than PIN, PUK and pairing secret was refused.
    #[error("the card refused retry limits, alternative PIN or policy authority")]
    InitRefused,
    /// The card lacks what was asked for.
    #[error("this card cannot {what}: {since}")]
    Unsupported {
        /// What was asked for, as a verb phrase.
        what: &'static str,
        /// Which cards can, in words.
        since: &'static str,
    },
    /// All pairing slots are taken.
    #[error("all pairing slots of the card are taken")]
    SlotsFull,
    /// The pairing password is wrong, or the card doesn't know it: its cryptogram doesn't match.
    #[error("the pairing password is not this card's")]
    PairingPassword,
    /// The card doesn't know our pairing (any more).
    #[error("the card does not know this pairing")]
    PairingUnknown,
    /// A slot number that the card doesn't have.
    #[error("the card has no pairing slot {slot}")]
    NoSuchSlot {
        /// The number asked for.
        slot: Slot,
    },
    /// The stored pairing is another card's, or from before a factory reset: the UID differs.
    #[error("the pairing belongs to a card with another UID")]
    PairingOtherCard {
        /// The UID the pairing was made with.
        paired: [u8; 16],
        /// The UID of the card here.
        found: [u8; 16],
    },
    /// Both sides don't have the same channel keys.
    #[error("the secure channel could not be established: {reason}")]
    ChannelAuthentication {
        /// What didn't match.
        reason: &'static str,
    },
    /// A message's MAC doesn't verify: somebody changed it, or the card lost the channel.
    #[error("the card's answer was tampered with or belongs to another channel")]
    ChannelMac,
    /// The channel isn't open (any more).
    #[error("the secure channel is closed")]
    ChannelClosed,
    /// A wrong PIN.
    #[error("wrong PIN; {tries_left} {} left", if *.tries_left == 1 { "try" } else { "tries" })]
    PinWrong {
        /// Tries left before the PIN blocks; at least 1.
        tries_left: u8,
    },
    /// The PIN is blocked.
    #[error("the PIN is blocked")]
    PinBlocked,
    /// A wrong PUK.
    #[error("wrong PUK; {tries_left} {} left", if *.tries_left == 1 { "try" } else { "tries" })]
    PukWrong {
        /// Tries left before the PUK blocks; at least 1.
        tries_left: u8,
    },
    /// The PUK is blocked too.
    #[error("the PUK is blocked")]
    PukBlocked,
    /// UNBLOCK PIN with a PIN that isn't blocked.
    #[error("the PIN is not blocked")]
    PinNotBlocked,
    /// The card wants a PIN verified in this channel.
    #[error("the card wants the PIN verified")]
    PinRequired,
    /// The card holds no key.
    #[error("the card holds no key")]
    NoKey,
    /// The card's key can't derive: it came without a chain code.
    #[error("the card's key has no chain code, so it has no paths")]
    NoChainCode,
    /// The card refused to export: its export policy doesn't allow this path (or this kind of key at it).
    #[error("the card's export policy refuses {}", Paths(.paths))]
    ExportRefused {
        /// The paths asked for, from the master; empty when the current path of the card was meant.
        paths: Vec<Path>,
    },
    /// The card won't sign there without a PIN: the path lies at or below a boundary of its export policy.
    #[error("the card refuses a PIN-less path at {path}")]
    PinlessRefused {
        /// The path asked for.
        path: Path,
    },
    /// The card has a PIN-less path, but no key, or its export policy has come to reach that path.
    #[error("the card refuses to sign with its PIN-less path")]
    PinlessSignRefused,
    /// A child key that BIP-32 declares invalid (about 1 in 2^127).
    #[error("the derived key is invalid; BIP-32 says to take the next index")]
    InvalidChild,
    /// A parent of the master key was asked for.
    #[error("the master key has no parent")]
    NoParent,
    /// No PIN-less path is set.
    #[error("no PIN-less path is set")]
    NoPinlessPath,
    /// The card has no identity certificate.
    #[error("the card has no identity certificate")]
    NoCertificate,
    /// The identity certificate was stored before; it is written once.
    #[error("the card already has an identity certificate")]
    CertificatePresent,
    /// What was sent is not what the card takes.
    #[error("the card refused the data of {command}")]
    DataRefused {
        /// The command's name.
        command: &'static str,
    },
    /// The policy update's signature isn't the authority's.
    #[error("the signature is not the policy authority's")]
    PolicySignature,
    /// The policy can't be changed now: frozen, no authority, old sequence number, or another card's.
    #[error("the card refused the policy update in its present state")]
    PolicyState,
    /// The policy's content breaks a rule of the encoding or reaches the floor.
    #[error("the card refused the policy's content")]
    PolicyContent,
    /// The card's policy authority is not the one that was meant.
    #[error("the card's policy authority is {}, not {}", authority(.found), authority(.expected))]
    PolicyAuthority {
        /// The one meant.
        expected: Option<Fingerprint>,
        /// The card's.
        found: Option<Fingerprint>,
    },
    /// The policy in force is not the one that was meant.
    #[error("the policy in force is another one")]
    PolicyOther,
    /// A policy rule that the card doesn't have.
    #[error("the policy in force has no rule {index}")]
    PolicyRule {
        /// The index asked for.
        index: u8,
    },
    /// A signature that doesn't belong to the key the card named, or not to the key asked for.
    #[error("the card's signature does not verify")]
    Signature,
    /// A status word that the command doesn't have.
    #[error("{command}: unexpected status {status}")]
    UnexpectedStatus {
        /// The command's name.
        command: &'static str,
        /// The card's status word.
        status: StatusWord,
    },
    /// An answer that can't be parsed.
    #[error("{command}: malformed answer ({what})")]
    MalformedAnswer {
        /// The command's name.
        command: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
}

fn authority(fingerprint: &Option<Fingerprint>) -> String {
    fingerprint.map_or("none".to_owned(), |fingerprint| fingerprint.to_string())
}

struct Paths<'a>(&'a [Path]);

impl std::fmt::Display for Paths<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            [] => f.write_str("the current path"),
            [first, rest @ ..] => {
                write!(f, "{first}")?;
                rest.iter().try_for_each(|path| write!(f, ", {path}"))
            }
        }
    }
}

impl Explain for CardError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoApplet => "E-CARD-APPLET",
            Self::ChannelV2 { .. } => "E-CARD-CHANNEL-V2",
            Self::NotInitialized => "E-CARD-UNINITIALIZED",
            Self::AlreadyInitialized => "E-CARD-INITIALIZED",
            Self::InitRefused => "E-CARD-INIT",
            Self::Unsupported { .. } => "E-CARD-UNSUPPORTED",
            Self::SlotsFull => "E-PAIRING-FULL",
            Self::PairingPassword => "E-PAIRING-PASSWORD",
            Self::PairingUnknown => "E-PAIRING-UNKNOWN",
            Self::NoSuchSlot { .. } => "E-PAIRING-SLOT",
            Self::PairingOtherCard { .. } => "E-PAIRING-STALE",
            Self::ChannelAuthentication { .. } => "E-CHANNEL-AUTH",
            Self::ChannelMac => "E-CHANNEL-MAC",
            Self::ChannelClosed => "E-CHANNEL-CLOSED",
            Self::PinWrong { .. } => "E-PIN-WRONG",
            Self::PinBlocked => "E-PIN-BLOCKED",
            Self::PukWrong { .. } => "E-PUK-WRONG",
            Self::PukBlocked => "E-PUK-BLOCKED",
            Self::PinNotBlocked => "E-PIN-NOT-BLOCKED",
            Self::PinRequired => "E-PIN-REQUIRED",
            Self::NoKey => "E-KEY-NONE",
            Self::NoChainCode => "E-KEY-NO-CHAIN-CODE",
            Self::ExportRefused { .. } => "E-POLICY-REFUSED",
            Self::PinlessRefused { .. } => "E-POLICY-PINLESS",
            Self::PinlessSignRefused => "E-PINLESS-SIGN",
            Self::InvalidChild => "E-KEY-CHILD",
            Self::NoParent => "E-PATH-PARENT",
            Self::NoPinlessPath => "E-PINLESS-NONE",
            Self::NoCertificate => "E-IDENTITY-NONE",
            Self::CertificatePresent => "E-IDENTITY-PRESENT",
            Self::DataRefused { .. } => "E-CARD-DATA",
            Self::PolicySignature => "E-POLICY-SIGNATURE",
            Self::PolicyState => "E-POLICY-STATE",
            Self::PolicyContent => "E-POLICY-CONTENT",
            Self::PolicyAuthority { .. } => "E-POLICY-AUTHORITY",
            Self::PolicyOther => "E-POLICY-OTHER",
            Self::PolicyRule { .. } => "E-POLICY-RULE",
            Self::Signature => "E-CARD-SIGNATURE",
            Self::UnexpectedStatus { .. } => "E-CARD-STATUS",
            Self::MalformedAnswer { .. } => "E-CARD-ANSWER",
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::PairingPassword
            | Self::PairingUnknown
            | Self::PairingOtherCard { .. }
            | Self::ChannelAuthentication { .. }
            | Self::ChannelMac
            | Self::PinWrong { .. }
            | Self::PinBlocked
            | Self::PukWrong { .. }
            | Self::PukBlocked
            | Self::PinRequired
            | Self::PolicyAuthority { .. } => Family::Authentication,
            Self::ExportRefused { .. }
            | Self::PinlessRefused { .. }
            | Self::PolicySignature
            | Self::PolicyState
            | Self::PolicyContent
            | Self::PolicyOther
            | Self::PolicyRule { .. } => Family::Policy,
            _ => Family::Card,
        }
    }

    fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::NoApplet => "Use a Keycard, or install the applet first (docs/install.md).".into(),
            Self::ChannelV2 { .. } => "Cards up to 3.2 work. No try of any PIN was spent on this one.".into(),
            Self::NotInitialized => "Initialise it first: `keyfence card init`.".into(),
            Self::AlreadyInitialized => "To start over: `keyfence card reset` wipes everything on it.".into(),
            Self::InitRefused => {
                "Genuine cards before 3.1 take neither limits nor an alternative PIN, none takes an authority, and a card \
                 installed with an authority takes no other."
                    .into()
            }
            Self::SlotsFull => "Give a slot back from a paired computer: `keyfence pairing remove`.".into(),
            Self::PairingPassword => "Ask for the password the card was initialised with.".into(),
            Self::PairingUnknown => "It was removed on the card. Pair again: `keyfence pairing add`.".into(),
            Self::PairingOtherCard { .. } => {
                "The card was reset since, or it is another one. Pair again: `keyfence pairing add`.".into()
            }
            Self::ChannelAuthentication { .. } | Self::ChannelMac => {
                "Repeat the command. If it happens again, don't trust the reader or what lies between.".into()
            }
            Self::ChannelClosed => "Select the card and open the channel again.".into(),
            Self::Unsupported { .. } => "Use a card that can; `keyfence card info` shows version and capabilities of this one.".into(),
            Self::NoSuchSlot { .. } => "`keyfence pairing list` shows the slots of this computer's pairings.".into(),
            Self::PinWrong { tries_left: 1 } => {
                "Only one try is left. After a wrong one only the PUK helps: make sure of the PIN.".into()
            }
            Self::PinWrong { .. } => {
                "Try again with the right one; when no try is left, only the PUK helps.".into()
            }
            Self::PinBlocked => "Set a new PIN with the PUK: `keyfence pin unblock`.".into(),
            Self::PukWrong { tries_left: 1 } => {
                "Only one try is left. After a wrong one the card can only be reset, its keys are lost.".into()
            }
            Self::PukWrong { .. } => {
                "Try again with the right one; when no try is left, the card can only be reset, its keys are lost.".into()
            }
            Self::PukBlocked => "Only a factory reset helps: `keyfence card reset`; its keys are lost.".into(),
            Self::PinNotBlocked => "Use the PIN as it is, or set another with it: `keyfence pin change`.".into(),
            Self::PinRequired => "Verify the PIN first.".into(),
            Self::NoKey => "Load one: `keyfence key load` or `keyfence key generate`.".into(),
            Self::NoChainCode => "Use the path m, or load a mnemonic or a seed: `keyfence key load`.".into(),
            Self::InvalidChild => "Take the path with the next index.".into(),
            Self::NoParent => "Give the path from the master.".into(),
            Self::NoPinlessPath => "Set one: `keyfence pinless set`.".into(),
            Self::PinlessSignRefused => {
                "Sign with the PIN, or set another PIN-less path: `keyfence pinless set`.".into()
            }
            Self::NoCertificate => "Its issuer stores one; without it nothing proves that a card is genuine.".into(),
            Self::CertificatePresent => "It is written once and stays.".into(),
            Self::DataRefused { .. } => "Check length and content of what is given.".into(),
            Self::ExportRefused { .. } => "`keyfence policy show` lists what may leave this card.".into(),
            Self::PinlessRefused { .. } => {
                "Signing without a PIN isn't possible at or below a key that may be exported.".into()
            }
            Self::PolicyAuthority { .. } => {
                "Whoever sits between may have changed it. Reset the card, and initialise it with a reader and a computer that you trust."
                    .into()
            }
            Self::PolicySignature => {
                "Sign the update with the key of this card's authority: `keyfence policy show` has its fingerprint.".into()
            }
            Self::PolicyContent => "`keyfence policy lint` says what a card would refuse, and where.".into(),
            Self::PolicyOther => "`keyfence policy show` has the one in force; make the change anew from it.".into(),
            Self::PolicyRule { .. } => "`keyfence policy show` lists the rules with their numbers.".into(),
            Self::PolicyState => "The policy is frozen, has no authority, is newer already, or is another card's.".into(),
            Self::Signature => "Don't use this signature; the card or its reader misbehaves.".into(),
            Self::UnexpectedStatus { .. } | Self::MalformedAnswer { .. } => {
                "The card behaves differently from what is known of its version.".into()
            }
        }
    }
}
