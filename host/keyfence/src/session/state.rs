//! The states, and what they have in common.

use crate::{commands::Application, pairing::PairingRecord};

mod sealed {
    pub trait Sealed {}
}

/// Any state.
pub trait State: sealed::Sealed {
    /// Whether commands go through the channel.
    const IN_CHANNEL: bool;
}

/// A state of an initialised card.
pub trait Initialized: State {
    /// What SELECT told.
    fn application(&self) -> &Application;
    #[doc(hidden)]
    fn application_mut(&mut self) -> &mut Application;
}

/// A state with an open channel.
pub trait ChannelState: Initialized {
    /// The pairing in use.
    fn pairing(&self) -> &PairingRecord;
}

/// A card before INIT.
#[derive(Debug)]
pub struct Uninitialized(pub(super) ());

/// An initialised card, selected.
#[derive(Debug)]
pub struct Selected {
    pub(super) application: Application,
}

/// A card that we have a pairing for.
#[derive(Debug)]
pub struct Paired {
    pub(super) application: Application,
    pub(super) record: PairingRecord,
}

/// The channel is open, no PIN verified.
#[derive(Debug)]
pub struct Open {
    pub(super) application: Application,
    pub(super) record: PairingRecord,
}

/// The channel is open and a PIN verified.
#[derive(Debug)]
pub struct Verified {
    pub(super) application: Application,
    pub(super) record: PairingRecord,
}

macro_rules! states {
    ($($state:ty: $in_channel:literal),*) => {$(
        impl sealed::Sealed for $state {}
        impl State for $state {
            const IN_CHANNEL: bool = $in_channel;
        }
    )*};
}

macro_rules! initialized {
    ($($state:ty),*) => {$(
        impl Initialized for $state {
            fn application(&self) -> &Application {
                &self.application
            }

            fn application_mut(&mut self) -> &mut Application {
                &mut self.application
            }
        }
    )*};
}

states!(Uninitialized: false, Selected: false, Paired: false, Open: true, Verified: true);
initialized!(Selected, Paired, Open, Verified);

impl ChannelState for Open {
    fn pairing(&self) -> &PairingRecord {
        &self.record
    }
}

impl ChannelState for Verified {
    fn pairing(&self) -> &PairingRecord {
        &self.record
    }
}
