//! SELECT of the Keycard applet: what the card tells about itself.

use super::{Command, exactly, malformed};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    key::{KeyUid, PublicKey},
    protocol::{aid, ins},
    tlv::{self, Tlvs},
    version::Version,
};

/// SELECT of the Keycard applet's instance.
#[derive(Clone, Copy, Debug)]
pub struct Select;

/// What SELECT answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardInfo {
    /// The card's key for INIT and for opening channels. Genuine cards of 2.2 to 3.0 change it every 100 selections.
    pub public_key: PublicKey,
    /// What an initialised card tells besides; `None` before INIT.
    pub application: Option<Application>,
}

/// What an initialised card tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The card's UID; a factory reset makes a new one.
    pub uid: [u8; 16],
    /// The protocol version.
    pub version: Version,
    /// Free pairing slots, the ephemeral one not counted.
    pub free_slots: u8,
    /// The wallet on the card; `None` when it holds no key.
    pub key_uid: Option<KeyUid>,
    /// What the card can do.
    pub capabilities: Capabilities,
}

/// The capability bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities(pub u8);

impl Capabilities {
    /// Secure channel.
    pub const SECURE_CHANNEL: Self = Self(0x01);
    /// Key management.
    pub const KEY_MANAGEMENT: Self = Self(0x02);
    /// PIN and PUK.
    pub const CREDENTIALS: Self = Self(0x04);
    /// NDEF.
    pub const NDEF: Self = Self(0x08);
    /// Factory reset.
    pub const FACTORY_RESET: Self = Self(0x10);

    /// Whether all bits of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Command for Select {
    const NAME: &'static str = "SELECT";
    type Answer = CardInfo;

    fn request(&self) -> CommandApdu {
        CommandApdu::iso(ins::SELECT, 0x04, 0x00).with_data(aid::KEYCARD)
    }

    fn parse(&self, data: &[u8]) -> Result<CardInfo, CardError> {
        match data.first() {
            Some(0x80) => {
                let public_key = tlv::find(data, 0x80)
                    .ok_or_else(|| malformed::<Self>("truncated public key"))?;
                Ok(CardInfo {
                    public_key: point(public_key)?,
                    application: None,
                })
            }
            Some(0xa4) => application(data),
            _ => Err(malformed::<Self>("neither of the known templates")),
        }
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::NOT_FOUND => CardError::NoApplet,
            other => super::unexpected::<Self>(other),
        }
    }
}

fn point(bytes: &[u8]) -> Result<PublicKey, CardError> {
    PublicKey::from_sec1(bytes)
        .map_err(|_| malformed::<Select>("the public key is not on the curve"))
}

fn application(data: &[u8]) -> Result<CardInfo, CardError> {
    let truncated = || malformed::<Select>("truncated template");
    // 4.x puts its version first and counts one byte too few in the outer length: look before parsing.
    let inner = match data {
        [_, 0x81, _, inner @ ..] | [_, _, inner @ ..] => inner,
        _ => return Err(truncated()),
    };
    if let [0x02, 0x02, major, minor, ..] = *inner {
        return Err(newer_or_malformed(Version { major, minor }));
    }
    let template = tlv::find(data, 0xa4).ok_or_else(truncated)?;
    let mut tlvs = Tlvs::new(template);
    let (mut uid, mut public_key, mut numbers, mut key_uid, mut capabilities) =
        (None, None, Vec::new(), None, None);
    while let Some((tag, value)) = tlvs.next().map_err(|_| truncated())? {
        match tag {
            0x8f => uid = Some(exactly::<Select, 16>(value, "the UID has not 16 bytes")?),
            0x80 => public_key = Some(point(value)?),
            0x02 => numbers.push(value),
            0x8e if value.is_empty() => key_uid = None,
            0x8e => {
                key_uid = Some(exactly::<Select, 32>(
                    value,
                    "the KEY_UID has not 32 bytes",
                )?)
            }
            0x8d => {
                capabilities =
                    Some(exactly::<Select, 1>(value, "the capabilities are not one byte")?[0])
            }
            // Later versions may add.
            _ => {}
        }
    }
    // Two integers in this order: version, free slots.
    let [&[major, minor], &[free_slots]] = numbers[..] else {
        return Err(malformed::<Select>("version and free slots missing"));
    };
    let version = Version { major, minor };
    if version >= Version::V4_0 {
        return Err(CardError::ChannelV2 { version });
    }
    let (Some(uid), Some(public_key)) = (uid, public_key) else {
        return Err(malformed::<Select>("UID or public key missing"));
    };
    // Cards from before the capability byte have what it lists, except for the factory reset of 3.1.
    let capabilities = Capabilities(capabilities.unwrap_or(0x0f));
    Ok(CardInfo {
        public_key,
        application: Some(Application {
            uid,
            version,
            free_slots,
            key_uid,
            capabilities,
        }),
    })
}

fn newer_or_malformed(version: Version) -> CardError {
    if version >= Version::V4_0 {
        CardError::ChannelV2 { version }
    } else {
        malformed::<Select>("the template starts with a version")
    }
}
