//! Changing what opens the card: PIN, PUK, pairing secret.

use super::{Session, Verified};
use crate::{
    commands::{ChangePairingSecret, ChangePin, ChangePuk},
    error::Error,
    secret::{PairingSecret, Pin, Puk},
};

impl Session<Verified> {
    /// A new PIN in place of the one that was verified.
    pub fn change_pin(&mut self, pin: &Pin) -> Result<(), Error> {
        self.command(&ChangePin(pin))
    }

    /// A new PUK. Under the alternative PIN it is that PIN's own.
    pub fn change_puk(&mut self, puk: &Puk) -> Result<(), Error> {
        self.command(&ChangePuk(puk))
    }

    /// A new pairing secret; pairings there are stay.
    pub fn change_pairing_secret(&mut self, secret: &PairingSecret) -> Result<(), Error> {
        self.command(&ChangePairingSecret(secret))
    }
}
