//! `keyfence card info`: what a card tells to anybody who asks.

use std::fmt;

use keyfence::commands::Capabilities;
use keyfence::session::{Selection, Session, State};
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// Show what card is in the reader: version, UID, pairing slots, key
///
/// Needs no pairing and no PIN.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence card info
  keyfence --reader ACS card info
  keyfence --simulator --json card info")]
pub struct Args {}

#[derive(Serialize)]
struct Info {
    reader: String,
    simulated: bool,
    initialized: bool,
    version: Option<String>,
    uid: Option<String>,
    free_pairing_slots: Option<u8>,
    /// The slot of this computer's pairing, if it has one.
    paired_slot: Option<u8>,
    key_uid: Option<String>,
    capabilities: Vec<&'static str>,
    channel_public_key: String,
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reader:         {}", self.reader)?;
        if self.simulated {
            f.write_str("\nsimulated:      yes; this card protects nothing")?;
        }
        if !self.initialized {
            return f.write_str("\ninitialised:    no; next: keyfence card init");
        }
        f.write_str("\ninitialised:    yes")?;
        if let Some(version) = &self.version {
            write!(f, "\nversion:        {version}")?;
        }
        if let Some(uid) = &self.uid {
            write!(f, "\nUID:            {uid}")?;
        }
        if let Some(slots) = self.free_pairing_slots {
            write!(f, "\nfree slots:     {slots}")?;
        }
        match self.paired_slot {
            Some(slot) => write!(f, "\npaired:         yes, slot {slot}")?,
            None => f.write_str("\npaired:         not with this computer")?,
        }
        match &self.key_uid {
            Some(key_uid) => write!(f, "\nkey UID:        {key_uid}")?,
            None => f.write_str("\nkey UID:        no key; next: keyfence key load")?,
        }
        write!(f, "\ncapabilities:   {}", self.capabilities.join(", "))
    }
}

pub fn run(_args: Args, ctx: &mut Context) -> Result<Output> {
    let info = match ctx.selection()? {
        Selection::Uninitialized(session) => Info::new(&session),
        Selection::Ready(session) => {
            let application = session.application();
            Info {
                initialized: true,
                version: Some(application.version.to_string()),
                uid: Some(hex::encode(application.uid)),
                free_pairing_slots: Some(application.free_slots),
                paired_slot: ctx
                    .pairings()?
                    .get(application.uid)?
                    .map(|pairing| pairing.slot),
                key_uid: application.key_uid.map(hex::encode),
                capabilities: names(application.capabilities),
                ..Info::new(&session)
            }
        }
    };
    Ok(Output::new(info))
}

impl Info {
    /// What a card tells in any state.
    fn new<S: State>(session: &Session<S>) -> Self {
        Self {
            reader: session.reader_name().to_owned(),
            simulated: session.is_simulated(),
            initialized: false,
            version: None,
            uid: None,
            free_pairing_slots: None,
            paired_slot: None,
            key_uid: None,
            capabilities: Vec::new(),
            channel_public_key: hex::encode(session.public_key().as_bytes()),
        }
    }
}

fn names(capabilities: Capabilities) -> Vec<&'static str> {
    [
        (Capabilities::SECURE_CHANNEL, "secure channel"),
        (Capabilities::KEY_MANAGEMENT, "key management"),
        (Capabilities::CREDENTIALS, "credentials"),
        (Capabilities::NDEF, "NDEF"),
        (Capabilities::FACTORY_RESET, "factory reset"),
    ]
    .into_iter()
    .filter(|(capability, _)| capabilities.has(*capability))
    .map(|(_, name)| name)
    .collect()
}
