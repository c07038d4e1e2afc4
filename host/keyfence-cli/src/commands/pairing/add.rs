//! `keyfence pairing add`: takes a slot of the card and keeps its key; a slot that can't be kept is given back.

use std::fmt;

use keyfence::commands::SlotChoice;
use keyfence::pairing::PairingRecord;
use keyfence::secret::PairingPassword;
use keyfence::session::{Selected, Session};
use serde::Serialize;

use crate::authorities::Authority;
use crate::connection::read_authority;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::pairings::Pairing;
use crate::secret::{PairingPasswordArg, PinArg, Secrets};

/// Pair this computer with the card
///
/// Takes one of the card's slots (10 on cards of version 3.2). The PIN is asked for only if the pairing can't
/// be stored and its slot has to be given back.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pairing add
  keyfence pairing add --pairing-password-from file:password.txt
  keyfence pairing add --default-pairing-password")]
pub struct Args {
    #[command(flatten)]
    password: PairingPasswordArg,
    #[command(flatten)]
    pin: PinArg,

    /// Use the pairing password that Keycard clients commonly use, "KeycardDefaultPairing"
    #[arg(long, conflicts_with = "pairing_password_from")]
    default_pairing_password: bool,

    /// The fingerprint of the policy authority that the card must have [default: what `card init` on this computer remembered, if it did]
    #[arg(long, value_name = "FINGERPRINT|none", value_parser = crate::commands::card::fingerprint)]
    expect_authority: Option<Authority>,
}

#[derive(Serialize)]
struct Added {
    uid: String,
    slot: u8,
    simulated: bool,
    /// A fingerprint, "none", or null for a card without an export policy of ours.
    policy_authority: Option<String>,
    /// Was it compared with what was expected?
    policy_authority_checked: bool,
}

impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simulated = if self.simulated { " (simulated)" } else { "" };
        write!(
            f,
            "paired with card {}{simulated} in slot {}",
            self.uid, self.slot
        )?;
        match (
            self.policy_authority.as_deref(),
            self.policy_authority_checked,
        ) {
            (None, _) => Ok(()),
            (Some(authority), true) => write!(f, "\npolicy authority: {authority}, as expected"),
            (Some(authority), false) => {
                write!(
                    f,
                    "\npolicy authority: {authority}; is it the one that was set when the card was initialised?"
                )
            }
        }
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let session = ctx.selected()?;
    let uid = session.application().uid;
    let (session, replaced) = without_working_pairing(ctx, session, uid)?;
    let store = ctx.pairings()?;
    store.prepare()?;
    let secrets = &mut Secrets::new();
    let password = if args.default_pairing_password {
        PairingPassword::new(PairingPassword::DEFAULT)
    } else {
        PairingPassword::new(args.password.read(secrets)?.as_str())
    };
    // Asked before a slot is taken: a card that somebody prepared gets none.
    let (mut session, authority) = read_authority(session, &password)?;
    let expected = match args.expect_authority {
        Some(expected) => Some(expected),
        None => ctx.authorities()?.get(uid)?,
    };
    if let (Some(authority), Some(expected)) = (authority, expected) {
        authority.check(expected)?;
    }
    let record = session.pair(&password, SlotChoice::Persistent)?;
    let simulated = session.is_simulated();
    let pairing = Pairing::new(&record, session.reader_name(), simulated);
    if let Err(error) = store.put(&pairing) {
        return Err(give_back(ctx, session, record, &args.pin, secrets, error));
    }
    if replaced {
        ctx.warn(
            "W-PAIRING-REPLACED",
            "the earlier pairing with this card was not valid any more and is replaced",
        );
    }
    Ok(Output::new(Added {
        uid: pairing.uid.clone(),
        slot: pairing.slot,
        simulated,
        policy_authority: authority.map(|authority| authority.to_string()),
        policy_authority_checked: authority.is_some() && expected.is_some(),
    }))
}

/// A second slot for the same computer would be wasted; a pairing that the card has forgotten is no obstacle.
fn without_working_pairing(
    ctx: &mut Context,
    session: Session<Selected>,
    uid: [u8; 16],
) -> Result<(Session<Selected>, bool)> {
    let Some(pairing) = ctx.pairings()?.get(uid)? else {
        return Ok((session, false));
    };
    match ctx.open(session) {
        Ok(_) => Err(CliError::usage("E-PAIRING-EXISTS", format!("this computer is paired with card {} already, in slot {}", pairing.uid, pairing.slot))
            .hint("Nothing needs to be done; to take another slot remove this one first: `keyfence pairing remove`.")
            .detail("slot", pairing.slot)),
        Err(error) if crate::connection::is_stale(&error) => Ok((ctx.selected()?, true)),
        Err(error) => Err(error),
    }
}

/// Unpairs a slot whose key couldn't be stored; the error says what became of it.
fn give_back(
    ctx: &mut Context,
    session: Session<Selected>,
    record: PairingRecord,
    pin: &PinArg,
    secrets: &mut Secrets,
    cause: CliError,
) -> CliError {
    let slot = record.slot;
    ctx.warn("W-PAIRING-GIVEN-BACK", format!("the pairing can't be stored ({}); its slot is given back to the card, which needs the PIN", cause.message));
    let unpair = || -> Result<()> {
        let session = session.with_pairing(record)?.open()?;
        Ok(ctx.verify(session, pin, secrets)?.unpair(slot)?)
    };
    match unpair() {
        Ok(()) => cause.detail("slot_given_back", true),
        Err(error) => CliError {
            message: format!(
                "{}; and slot {slot} of the card stays taken: {}",
                cause.message, error.message
            ),
            ..cause
        }
        .hint(format!(
            "Free the slot from a paired computer: `keyfence pairing remove --slot {slot}`."
        ))
        .detail("slot_given_back", false)
        .detail("slot", slot.0),
    }
}
