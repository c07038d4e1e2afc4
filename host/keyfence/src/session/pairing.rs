//! Pairing, and opening a channel with a pairing.

use super::{Initialized, Open, Paired, Selected, Session, Verified};
use crate::{
    channel::SecureChannel,
    commands::{
        Capabilities, MutuallyAuthenticate, OpenSecureChannel, PairFinal, PairFirst, PairedSlot,
        SlotChoice, Unpair,
    },
    error::{CardError, Error, Failed},
    key::EphemeralKey,
    pairing::{PairingRecord, Slot},
    secret::{PairingPassword, PairingSecret, Secret32},
    version::Version,
};

impl Session<Selected> {
    /// Pairs with a password: in its NFKD form, and as typed where that differs and the card doesn't know the first.
    pub fn pair(
        &mut self,
        password: &PairingPassword,
        choice: SlotChoice,
    ) -> Result<PairingRecord, Error> {
        match self.pair_with_secret(&password.secret(), choice) {
            Err(Error::Card(CardError::PairingPassword)) => match password.secret_as_typed() {
                Some(secret) => self.pair_with_secret(&secret, choice),
                None => Err(CardError::PairingPassword.into()),
            },
            result => result,
        }
    }

    /// Pairs with a secret. What comes back is to be kept (unless the slot is the ephemeral one), or the slot to be given back.
    pub fn pair_with_secret(
        &mut self,
        secret: &PairingSecret,
        choice: SlotChoice,
    ) -> Result<PairingRecord, Error> {
        self.capable(Capabilities::SECURE_CHANNEL, "pair")?;
        if choice == SlotChoice::Ephemeral {
            self.require(
                Version::V3_2,
                "pair for one selection",
                "cards from 3.2 on can",
            )?;
        }
        let challenge = *Secret32::random()?.expose();
        let challenge = self.command(&PairFirst {
            secret,
            challenge,
            choice,
        })?;
        let PairedSlot { slot, key } = self.command(&PairFinal { secret, challenge })?;
        Ok(PairingRecord {
            card_uid: self.application().uid,
            slot,
            key,
        })
    }

    /// Takes a pairing up. One made with another UID (another card, or this one before a factory reset) is refused.
    pub fn with_pairing(self, record: PairingRecord) -> Result<Session<Paired>, Box<Failed<Self>>> {
        let found = self.application().uid;
        if record.card_uid != found {
            let paired = record.card_uid;
            return self.failed(CardError::PairingOtherCard { paired, found });
        }
        Ok(self.into_state(|Selected { application }| Paired {
            application,
            record,
        }))
    }
}

impl Session<Paired> {
    /// Opens the channel: OPEN SECURE CHANNEL and MUTUALLY AUTHENTICATE.
    pub fn open(self) -> Result<Session<Open>, Box<Failed<Self>>> {
        let mut session = self;
        match session.open_channel() {
            Ok(()) => Ok(session.into_state(
                |Paired {
                     application,
                     record,
                 }| Open {
                    application,
                    record,
                },
            )),
            Err(error) => {
                session.link.set_channel(None);
                session.failed(error)
            }
        }
    }

    /// The pairing in use.
    pub fn pairing(&self) -> &PairingRecord {
        &self.state.record
    }

    fn open_channel(&mut self) -> Result<(), Error> {
        let ephemeral = EphemeralKey::random()?;
        let (slot, public_key) = (self.state.record.slot, ephemeral.public_key());
        let answer = self.command(&OpenSecureChannel { slot, public_key })?;
        let shared = ephemeral.agree(&self.public_key)?;
        let channel =
            SecureChannel::derive(&shared, &self.state.record.key, &answer.salt, answer.iv);
        self.link.set_channel(Some(channel));
        let challenge = *Secret32::random()?.expose();
        match self.link.command(&MutuallyAuthenticate { challenge }, true) {
            Ok(_) => Ok(()),
            // The card couldn't read us: it keeps another key in this slot.
            Err(Error::Card(CardError::ChannelClosed)) => Err(CardError::PairingUnknown.into()),
            Err(Error::Card(CardError::ChannelMac)) => {
                let reason = "the card's first message does not verify";
                Err(CardError::ChannelAuthentication { reason }.into())
            }
            Err(error) => Err(error),
        }
    }
}

impl Session<Verified> {
    /// Gives a pairing slot back. The own one: the channel stays until the session ends.
    pub fn unpair(&mut self, slot: Slot) -> Result<(), Error> {
        self.command(&Unpair { slot })
    }

    /// Gives the own slot back and ends the channel.
    pub fn unpair_self(self) -> Result<Session<Selected>, Box<Failed<Self>>> {
        let mut session = self;
        let slot = session.state.record.slot;
        match session.unpair(slot) {
            Ok(()) => {
                session.link.set_channel(None);
                Ok(session.into_state(|state| Selected {
                    application: state.application().clone(),
                }))
            }
            Err(error) => session.failed(error),
        }
    }
}
