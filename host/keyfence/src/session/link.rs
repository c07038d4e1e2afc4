//! Bytes out, bytes in: through the channel where one is open, and the channel's end noticed.

use crate::{
    apdu::{Answer, CommandApdu, StatusWord},
    channel::SecureChannel,
    commands::Command,
    error::{CardError, Error},
    transport::Card,
};
use zeroize::Zeroizing;

/// A card, and the channel to it if one is open.
pub(super) struct Link {
    card: Box<dyn Card>,
    channel: Option<SecureChannel>,
    /// Whether the card speaks our extensions, once it was asked.
    pub(super) extensions: Option<bool>,
}

impl Link {
    pub(super) fn new(card: Box<dyn Card>) -> Self {
        Self {
            card,
            channel: None,
            extensions: None,
        }
    }

    pub(super) fn card(&self) -> &dyn Card {
        &*self.card
    }

    pub(super) fn into_card(self) -> Box<dyn Card> {
        self.card
    }

    pub(super) fn set_channel(&mut self, channel: Option<SecureChannel>) {
        self.channel = channel;
    }

    pub(super) fn has_channel(&self) -> bool {
        self.channel.is_some()
    }

    pub(super) fn command<C: Command>(
        &mut self,
        command: &C,
        in_channel: bool,
    ) -> Result<C::Answer, Error> {
        let answer = self.transmit(&command.request(), in_channel)?;
        Ok(command.conclude(&answer)?)
    }

    pub(super) fn transmit(
        &mut self,
        apdu: &CommandApdu,
        in_channel: bool,
    ) -> Result<Answer, Error> {
        if in_channel {
            self.wrapped(apdu)
        } else {
            self.plain(apdu)
        }
    }

    fn plain(&mut self, apdu: &CommandApdu) -> Result<Answer, Error> {
        let bytes = self.card.transmit(&apdu.to_bytes()?)?;
        Ok(Answer::from_bytes(Zeroizing::new(bytes))?)
    }

    fn wrapped(&mut self, apdu: &CommandApdu) -> Result<Answer, Error> {
        // Taken out, and put back only when the answer held together: whatever goes wrong in between ends the channel.
        let mut channel = self.channel.take().ok_or(CardError::ChannelClosed)?;
        let sealed = match channel.seal(apdu) {
            Ok(sealed) => sealed,
            Err(error) => {
                // Nothing was sent: the chain hasn't moved.
                self.channel = Some(channel);
                return Err(error.into());
            }
        };
        let outer = self.plain(&sealed)?;
        match outer.status() {
            StatusWord::OK => {
                let inner = channel.open(outer.data())?;
                self.channel = Some(channel);
                Ok(inner)
            }
            // Closed by the card, or never open for it.
            StatusWord::SECURITY | StatusWord::CONDITIONS => Err(CardError::ChannelClosed.into()),
            status => Err(CardError::UnexpectedStatus {
                command: "secure channel",
                status,
            }
            .into()),
        }
    }
}
