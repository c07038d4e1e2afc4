//! A card of a test's own: a simulator process, and the steps that most tests begin with.

use keyfence::{
    Failed, Selection, Session,
    commands::{Init, SlotChoice},
    error::{CardError, Error},
    mnemonic::Mnemonic,
    pairing::PairingRecord,
    secret::{PairingPassword, PairingSecret, Pin, Puk, Secret32, Seed},
    session::{Open, Selected, Uninitialized, Verified},
    simulator::{Simulator, StartOptions},
};
use serde_json::Value;

pub const PIN: &str = "123456";
pub const ALTERNATIVE_PIN: &str = "654321";
pub const PUK: &str = "111122223333";
pub const JUNK: &str = "test test test test test test test test test test test junk";

pub fn pin(text: &str) -> Pin {
    Pin::parse(text).unwrap()
}

pub fn puk(text: &str) -> Puk {
    Puk::parse(text).unwrap()
}

/// A pairing secret that takes no 50,000 rounds.
pub fn secret() -> PairingSecret {
    PairingSecret::new(Secret32::new([0x5a; 32]))
}

pub fn init() -> Init {
    Init {
        alternative_pin: Some(pin(ALTERNATIVE_PIN)),
        ..Init::new(pin(PIN), puk(PUK), secret())
    }
}

pub fn junk_seed() -> Seed {
    Mnemonic::parse(JUNK).unwrap().to_seed("").unwrap()
}

/// A file of test-vectors/.
pub fn vectors(name: &str) -> Value {
    let path = format!("{}/../../test-vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub struct TestCard {
    pub simulator: Simulator,
}

impl TestCard {
    pub fn new() -> Self {
        Self::with(&StartOptions::default())
    }

    pub fn with(options: &StartOptions) -> Self {
        Self {
            simulator: Simulator::start(options).unwrap(),
        }
    }

    pub fn select(&self) -> Selection {
        Session::select(Box::new(self.simulator.connect().unwrap())).unwrap()
    }

    pub fn new_card(&self) -> Session<Uninitialized> {
        self.select().uninitialized().unwrap()
    }

    pub fn selected(&self) -> Session<Selected> {
        self.select().ready().unwrap()
    }

    /// Initialises a fresh card.
    pub fn initialized(&self) -> Session<Selected> {
        self.new_card().init(&init()).unwrap()
    }

    /// Initialises and pairs a fresh card, and opens the channel.
    pub fn open(&self) -> Session<Open> {
        let mut session = self.initialized();
        let record = session
            .pair_with_secret(&secret(), SlotChoice::Persistent)
            .unwrap();
        session.with_pairing(record).unwrap().open().unwrap()
    }

    /// The same, with the PIN verified.
    pub fn verified(&self) -> Session<Verified> {
        self.open().verify_pin(&pin(PIN)).unwrap()
    }

    /// The same, with the wallet of the mnemonic that ends in junk.
    pub fn with_wallet(&self) -> Session<Verified> {
        let mut session = self.verified();
        session.load_seed(&junk_seed()).unwrap();
        session
    }
}

/// Selects again and opens the channel with the same pairing.
pub fn reopen<S: keyfence::session::ChannelState>(session: Session<S>) -> Session<Open> {
    let record = session.pairing().clone();
    open_with(session.reselect().unwrap().ready().unwrap(), record)
}

pub fn open_with(session: Session<Selected>, record: PairingRecord) -> Session<Open> {
    session.with_pairing(record).unwrap().open().unwrap()
}

pub fn password(text: &str) -> PairingPassword {
    PairingPassword::new(text)
}

/// The card error of a failed step.
#[track_caller]
pub fn refused<S, T: std::fmt::Debug>(result: Result<T, Box<Failed<S>>>) -> (S, CardError) {
    match result.map(|value| format!("{value:?}")) {
        Err(failed) => match failed.error {
            Error::Card(error) => (failed.session, error),
            other => panic!("expected a card error, got {other:?}"),
        },
        Ok(value) => panic!("expected a card error, got {value}"),
    }
}

/// The card error of a failed call.
#[track_caller]
pub fn card_error<T: std::fmt::Debug>(result: Result<T, Error>) -> CardError {
    match result {
        Err(Error::Card(error)) => error,
        other => panic!("expected a card error, got {other:?}"),
    }
}
