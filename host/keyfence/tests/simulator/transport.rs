//! The way to a simulated card: nobody there, somebody else there, gone in the middle.

use crate::common::*;
use keyfence::{
    error::{CardError, Error, Explain},
    simulator::{Simulator, StartOptions},
    transport::{Card, Recorder, SocketCard},
};
use std::{
    io::{Read, Write},
    net::TcpListener,
    time::Duration,
};

#[test]
fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = SocketCard::connect(&format!("127.0.0.1:{port}")).unwrap_err();
    assert_eq!(error.code(), "E-SIM-UNREACHABLE");
    assert!(
        std::error::Error::source(&error).is_some(),
        "the cause is kept"
    );
    assert_eq!(
        SocketCard::connect("no address").unwrap_err().code(),
        "E-SIM-UNREACHABLE"
    );
}

#[test]
fn a_second_client_is_told_that_the_card_is_in_use() {
    let card = TestCard::new();
    let mut session = card.open();
    assert_eq!(card.simulator.connect().unwrap_err().code(), "E-SIM-BUSY");
    session.status().unwrap();
    drop(session);
    card.selected();
}

#[test]
fn a_simulator_killed_in_the_middle_is_gone() {
    let mut card = TestCard::new();
    let mut session = card.open();
    session.status().unwrap();
    card.simulator.kill();
    let error = session.status().unwrap_err();
    assert_eq!(error.code(), "E-SIM-GONE");
    assert!(matches!(
        session.status(),
        Err(Error::Card(CardError::ChannelClosed))
    ));
    assert_eq!(session.reselect().unwrap_err().code(), "E-SIM-GONE");
}

#[test]
fn a_reset_takes_the_channel_away_and_the_pairing_stays() {
    let card = TestCard::new();
    let session = card.open();
    let record = session.pairing().clone();
    let selected = session.reset().unwrap().ready().unwrap();
    open_with(selected, record);
}

#[test]
fn a_simulator_that_ends_takes_its_port_with_it() {
    let simulator = Simulator::start(&StartOptions::default()).unwrap();
    let address = simulator.address();
    assert!(simulator.connect().unwrap().is_simulated());
    drop(simulator);
    assert_eq!(
        SocketCard::connect(&address).unwrap_err().code(),
        "E-SIM-UNREACHABLE"
    );
}

#[test]
fn a_simulator_that_cannot_start_says_why() {
    let wrong = StartOptions {
        install_parameters: vec![0x91, 0x01, 0x77],
        ..StartOptions::default()
    };
    let error = Simulator::start(&wrong).unwrap_err();
    assert_eq!(error.code(), "E-SIM-START");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Simulator::start(&StartOptions {
        port,
        ..StartOptions::default()
    })
    .unwrap_err();
    assert_eq!(error.code(), "E-SIM-START");
    let jar = Some("/nonexistent.jar".into());
    let error = Simulator::start(&StartOptions {
        jar,
        ..StartOptions::default()
    })
    .unwrap_err();
    assert_eq!(error.code(), "E-SIM-NOT-FOUND");
}

/// A server that speaks the wire's first steps, then does `then` with the connection.
fn server(then: impl FnOnce(&mut std::net::TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut on_and_atr = [0; 6];
        stream.read_exact(&mut on_and_atr).unwrap();
        assert_eq!(on_and_atr, [0, 1, 1, 0, 1, 4]);
        stream.write_all(&[0, 2, 0x3b, 0]).unwrap();
        let mut command = [0; 7];
        stream.read_exact(&mut command).unwrap();
        then(&mut stream);
    });
    address
}

#[test]
fn answers_that_break_the_wires_rules() {
    let ask = |address: &str| {
        let mut card =
            SocketCard::connect_with_timeout(address, Duration::from_millis(300)).unwrap();
        card.transmit(&[0x80, 0xf2, 0, 0, 0]).unwrap_err().code()
    };
    assert_eq!(ask(&server(|_| ())), "E-SIM-GONE");
    assert_eq!(
        ask(&server(|stream| stream.write_all(&[0, 9, 1]).unwrap())),
        "E-SIM-GONE",
        "half an answer"
    );
    assert_eq!(
        ask(&server(|stream| stream.write_all(&[0xff, 0xff]).unwrap())),
        "E-TRANSPORT-ANSWER"
    );
    let slow = server(|stream| drop(stream.read(&mut [0; 1])));
    assert_eq!(ask(&slow), "E-SIM-TIMEOUT");
}

#[test]
fn two_keys_take_one_apdu_and_no_secret_crosses_the_wire_in_clear() {
    let card = TestCard::new();
    drop(card.initialized());
    let (recorder, transcript) = Recorder::new(card.simulator.connect().unwrap());
    let mut session = keyfence::Session::select(Box::new(recorder))
        .unwrap()
        .ready()
        .unwrap();
    let record = session
        .pair_with_secret(&secret(), Default::default())
        .unwrap();
    let key = record.key.clone();
    let mut session = open_with(session, record).verify_pin(&pin(PIN)).unwrap();
    session.load_seed(&junk_seed()).unwrap();
    let before = transcript.exchanges().len();
    let keys = session.export_eip1581().unwrap();
    assert_eq!(transcript.exchanges().len() - before, 1);
    let wire: Vec<u8> = transcript
        .exchanges()
        .into_iter()
        .flat_map(|(command, answer)| [command, answer.unwrap_or_default()].concat())
        .collect();
    let contains = |secret: &[u8]| wire.windows(secret.len()).any(|bytes| bytes == secret);
    for secret in [
        keys.whisper.expose(),
        keys.database.expose(),
        key.expose(),
        secret().expose(),
    ] {
        assert!(!contains(secret));
    }
    assert!(!contains(PIN.as_bytes()) && !contains(&junk_seed().expose()[..16]));
    assert!(contains(&session.application().uid), "what is public does");
}

#[test]
fn a_seed_makes_a_card_repeat_and_nothing_else_does() {
    let look = |seed, uid| {
        let card = TestCard::with(&StartOptions {
            seed,
            uid,
            ..StartOptions::default()
        });
        let mut session = card.verified();
        let key = session.generate_key().unwrap();
        (
            session.application().uid,
            *session.public_key(),
            session.pairing().slot,
            key,
        )
    };
    let first = look(Some(7), None);
    assert_eq!(first, look(Some(7), None));
    let other = look(Some(8), None);
    assert!(first.0 != other.0 && first.1 != other.1 && first.3 != other.3);
    let (one, two) = (look(None, None), look(None, Some([0xab; 16])));
    assert!(one.0 != two.0 && one.1 != two.1 && one.3 != two.3);
    assert_eq!(two.0, [0xab; 16]);
}

#[test]
fn a_state_file_keeps_the_card() {
    let file = std::env::temp_dir().join(format!("keyfence-state-{}", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let options = StartOptions {
        state: Some(file.clone()),
        ..StartOptions::default()
    };
    let card = TestCard::with(&options);
    let mut session = card.with_wallet();
    let (record, keys) = (session.pairing().clone(), session.export_eip1581().unwrap());
    drop((session, card));
    let card = TestCard::with(&options);
    let mut session = open_with(card.selected(), record)
        .verify_pin(&pin(PIN))
        .unwrap();
    assert_eq!(session.export_eip1581().unwrap(), keys);
    drop((session, card));
    std::fs::remove_file(&file).unwrap();
}
