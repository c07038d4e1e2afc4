//! EXPORT KEY of one path: private, public or extended public.

use super::{Command, derive_key::path_refusal, malformed};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    key::{ExtendedPublicKey, PrivateKey, PublicKey},
    path::{Path, PathSource},
    protocol::ins,
    tlv,
};
use std::marker::PhantomData;

/// What can be exported: P2, and how its template is read.
pub trait Exportable: Sized {
    /// P2.
    const P2: u8;
    /// How many fit into one answer of many paths.
    const PER_ANSWER: usize;

    /// Reads the inside of the template; parsed by tag, since cards up to 3.0.2 put the public key before the private one.
    fn from_template(template: &[u8]) -> Option<Self>;
}

impl Exportable for PrivateKey {
    const P2: u8 = 0;
    const PER_ANSWER: usize = 6;

    fn from_template(template: &[u8]) -> Option<Self> {
        Self::from_slice(tlv::find(template, 0x81)?).ok()
    }
}

impl Exportable for PublicKey {
    const P2: u8 = 1;
    const PER_ANSWER: usize = 3;

    fn from_template(template: &[u8]) -> Option<Self> {
        Self::from_sec1(tlv::find(template, 0x80)?).ok()
    }
}

impl Exportable for ExtendedPublicKey {
    const P2: u8 = 2;
    const PER_ANSWER: usize = 2;

    fn from_template(template: &[u8]) -> Option<Self> {
        let public_key = PublicKey::from_sec1(tlv::find(template, 0x80)?).ok()?;
        let chain_code = tlv::find(template, 0x82)?.try_into().ok()?;
        Some(Self {
            public_key,
            chain_code,
        })
    }
}

/// Which key: P1 and the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyChoice {
    /// The key of the current path.
    Current,
    /// The key of a path; the current path stays.
    Derive(PathSource, Path),
    /// The key of a path, which becomes the current one.
    MakeCurrent(PathSource, Path),
}

impl KeyChoice {
    pub(super) fn p1(&self) -> u8 {
        match self {
            Self::Current => 0,
            Self::Derive(source, _) => 1 | source.bits(),
            Self::MakeCurrent(source, _) => 2 | source.bits(),
        }
    }

    pub(super) fn components(&self) -> Vec<u8> {
        match self {
            Self::Current => Vec::new(),
            Self::Derive(_, path) | Self::MakeCurrent(_, path) => path.to_bytes(),
        }
    }

    /// The path from the master, where it is known without asking the card.
    pub(crate) fn absolute(&self) -> Option<&Path> {
        match self {
            Self::Derive(PathSource::Master, path)
            | Self::MakeCurrent(PathSource::Master, path) => Some(path),
            _ => None,
        }
    }
}

/// EXPORT KEY.
#[derive(Clone, Debug)]
pub struct ExportKey<'a, K> {
    choice: &'a KeyChoice,
    kind: PhantomData<K>,
}

impl<'a, K> ExportKey<'a, K> {
    /// Of this key.
    pub fn new(choice: &'a KeyChoice) -> Self {
        Self {
            choice,
            kind: PhantomData,
        }
    }
}

impl<K: Exportable> Command for ExportKey<'_, K> {
    const NAME: &'static str = "EXPORT KEY";
    type Answer = K;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::EXPORT_KEY, self.choice.p1(), K::P2)
            .with_data(&self.choice.components())
    }

    fn parse(&self, data: &[u8]) -> Result<K, CardError> {
        tlv::find(data, 0xa1)
            .and_then(K::from_template)
            .ok_or_else(|| malformed::<Self>("not the key template"))
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::ExportRefused {
                paths: self.choice.absolute().cloned().into_iter().collect(),
            },
            other => path_refusal::<Self>(other),
        }
    }
}
