//! Opens the secure channel with the pairing that this user has with the card.

use keyfence::pairing::PairingRecord;
use keyfence::session::{Open, Selected, Session};

use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::pairings::Pairing;

impl Context {
    /// The card with an open channel; no PIN verified.
    pub fn channel(&mut self) -> Result<Session<Open>> {
        let session = self.selected()?;
        self.open(session)
    }

    /// Opens the channel to a selected card with the stored pairing.
    pub fn open(&self, session: Session<Selected>) -> Result<Session<Open>> {
        let record = self.pairing_for(&session)?;
        Ok(session.with_pairing(record)?.open()?)
    }

    fn pairing_for(&self, session: &Session<Selected>) -> Result<PairingRecord> {
        let uid = session.application().uid;
        let store = self.pairings()?;
        match store.get(uid)?.and_then(|pairing| pairing.record()) {
            Some(record) => Ok(record),
            None => Err(not_paired(uid, &store.list()?, session.reader_name())),
        }
    }
}

/// Never paired, or paired before a factory reset: that gives the card a new UID, so its old pairing is found by the reader.
fn not_paired(uid: [u8; 16], others: &[Pairing], reader: &str) -> CliError {
    let uid = hex::encode(uid);
    let earlier = others
        .iter()
        .filter(|pairing| pairing.reader == reader)
        .max_by_key(|pairing| pairing.created);
    let error = match earlier {
        Some(earlier) => CliError::new(
            Family::Authentication,
            "E-PAIRING-STALE",
            format!("this computer is paired with card {}, but this one is {uid}: it was reset since, or it is another card", earlier.uid),
        )
        .hint(format!("Pair again: `keyfence pairing add`; forget the old pairing: `keyfence pairing remove --forget {}`.", earlier.uid))
        .detail("paired_uid", earlier.uid.clone()),
        None => CliError::new(Family::Authentication, "E-PAIRING-NONE", format!("this computer is not paired with the card {uid}"))
            .hint("Pair it: `keyfence pairing add`."),
    };
    error.detail("uid", uid)
}

/// Does this error of opening a channel mean that the card has forgotten the pairing, or given its slot to somebody else?
pub fn is_stale(error: &CliError) -> bool {
    error.code == "E-PAIRING-UNKNOWN"
}
