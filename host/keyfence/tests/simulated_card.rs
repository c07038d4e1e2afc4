//! How a test gets simulated cards: the example of docs/simulator.md.

#![allow(clippy::unwrap_used)] // a test

use keyfence::{
    Path, Session,
    commands::SlotChoice,
    error::Explain,
    secret::{PairingPassword, Pin},
    simulator::{Simulator, StartOptions},
};

fn start() -> Simulator {
    let description = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../simulator/examples/card.toml"
    );
    Simulator::start(&StartOptions {
        card: Some(description.into()),
        ..StartOptions::default()
    })
    .unwrap()
}

#[test]
fn a_personalised_card_gives_what_its_policy_names() {
    let simulator = start();
    let mut card = Session::select(Box::new(simulator.connect().unwrap()))
        .unwrap()
        .ready()
        .unwrap();
    let pairing = card
        .pair(
            &PairingPassword::new("KeycardDefaultPairing"),
            SlotChoice::Ephemeral,
        )
        .unwrap();
    let mut card = card
        .with_pairing(pairing)
        .unwrap()
        .open()
        .unwrap()
        .verify_pin(&Pin::parse("123456").unwrap())
        .unwrap();
    let nostr: Path = "m/44'/1237'/0'/0/0".parse().unwrap();
    assert_eq!(card.export_private(&nostr).unwrap().expose().len(), 32);
    let wallet: Path = "m/44'/60'/0'/0/0".parse().unwrap();
    assert!(card.export_private(&wallet).is_err());
}

#[test]
fn a_card_that_loses_its_power_is_gone_and_comes_back() {
    let mut simulator = start();
    let card = Session::select(Box::new(simulator.connect().unwrap()))
        .unwrap()
        .ready()
        .unwrap();
    simulator.cut_power_before(1).unwrap();
    let lost = card.factory_reset().unwrap_err();
    assert_eq!(lost.error.code(), "E-SIM-GONE");
    drop(lost);
    let card = Session::select(Box::new(simulator.connect().unwrap())).unwrap();
    assert!(card.ready().is_ok(), "nothing was written yet");
    assert!(simulator.control("counters").unwrap().starts_with('{'));
    assert_eq!(
        simulator.control("nonsense").unwrap_err().code(),
        "E-SIM-CONTROL"
    );
}
