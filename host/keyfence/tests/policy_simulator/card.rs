//! A simulated card with a policy authority, and the steps that these tests begin with.

use keyfence::{
    Selection, Session,
    commands::{Init, SlotChoice},
    error::{CardError, Error},
    mnemonic::Mnemonic,
    policy::{AuthorityKey, CardPolicy, Policy, PolicyAuthority, SignedPolicy, SoftwareAuthority},
    secret::{PairingSecret, Pin, Puk, Secret32},
    session::{ChannelState, Open, Uninitialized, Verified},
    simulator::{Simulator, StartOptions},
};

pub const MNEMONIC: &str = "test test test test test test test test test test test junk";

pub fn pin(digits: &str) -> Pin {
    Pin::parse(digits).unwrap()
}

/// An authority's key of these tests.
pub fn authority(byte: u8) -> SoftwareAuthority {
    SoftwareAuthority::from_secret(&[byte; 32]).unwrap()
}

/// The credentials of every card here, and an authority for it.
pub fn init(authority: Option<AuthorityKey>) -> Init {
    let mut init = Init::new(pin("123456"), Puk::parse("123456789012").unwrap(), secret());
    init.alternative_pin = Some(pin("654321"));
    init.policy_authority = authority;
    init
}

pub fn secret() -> PairingSecret {
    PairingSecret::new(Secret32::new([0x33; 32]))
}

pub fn start(install_parameters: &[u8]) -> (Simulator, Session<Uninitialized>) {
    let options = StartOptions {
        install_parameters: install_parameters.to_vec(),
        ..StartOptions::default()
    };
    let simulator = Simulator::start(&options).unwrap();
    let session = match Session::select(Box::new(simulator.connect().unwrap())).unwrap() {
        Selection::Uninitialized(session) => session,
        Selection::Ready(_) => panic!("a fresh card is initialised"),
    };
    (simulator, session)
}

/// Initialises, pairs and opens the channel.
pub fn open(session: Session<Uninitialized>, authority: Option<AuthorityKey>) -> Session<Open> {
    let mut session = session.init(&init(authority)).unwrap();
    let record = session
        .pair_with_secret(&secret(), SlotChoice::Persistent)
        .unwrap();
    session.with_pairing(record).unwrap().open().unwrap()
}

/// A card with this authority, the junk mnemonic on it, and the PIN verified.
pub fn with_wallet(authority: &SoftwareAuthority) -> (Simulator, Session<Verified>) {
    let (simulator, session) = start(&[]);
    let mut session = open(session, Some(authority.public_key()))
        .verify_pin(&pin("123456"))
        .unwrap();
    session
        .load_seed(&Mnemonic::parse(MNEMONIC).unwrap().to_seed("").unwrap())
        .unwrap();
    (simulator, session)
}

pub fn sign(policy: Policy, authority: &SoftwareAuthority) -> Vec<u8> {
    SignedPolicy::sign(policy, authority)
        .unwrap()
        .unwrap()
        .encode()
}

/// All that the card tells of its policy.
pub fn state<S: ChannelState>(session: &mut Session<S>) -> CardPolicy {
    let state = session.policy_state().unwrap();
    let (policy, signature, floor) = (
        session.policy_bytes().unwrap(),
        session.policy_signature().unwrap(),
        session.floor_bytes().unwrap(),
    );
    CardPolicy::decode(&state, &policy, &signature, &floor).unwrap()
}

/// Whether an export was allowed or refused by the policy; anything else is no answer.
#[track_caller]
pub fn allowed<T>(result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(key) => Some(key),
        Err(Error::Card(CardError::ExportRefused { .. })) => None,
        Err(error) => panic!("neither allowed nor refused: {error}"),
    }
}
