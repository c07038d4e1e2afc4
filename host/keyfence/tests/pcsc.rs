//! PC/SC over a real pcscd with cards plugged into vpcd: the thin path, and each failure with its own error.
//!
//! The client library looks for the service once per process, by an environment variable: each case runs in a process of its own, this
//! test binary again, under `scripts/pcscd.sh`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use keyfence::{
    Session,
    commands::{Init, SlotChoice},
    error::{Error, Explain, TransportError},
    mnemonic::Mnemonic,
    secret::{PairingSecret, Pin, Puk, Secret32},
    session::{Open, Selected},
    simulator::{Simulator, StartOptions},
    transport::{Card, PcscCard, readers},
};
use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// Runs one of the cases below in its own process, with the service as `arguments` of the script say.
fn case(name: &str, service: Option<&[&str]>) {
    let binary = std::env::current_exe().unwrap();
    let mut command = match service {
        Some(options) => {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/pcscd.sh");
            let mut command = Command::new(script);
            command.args(options).arg("run").arg(binary);
            command
        }
        None => {
            let mut command = Command::new(binary);
            command.env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm");
            command
        }
    };
    let output = command
        .args(["--ignored", "--exact", name, "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{name}: {}\n{text}",
        output.status
    );
}

#[test]
fn service_not_running() {
    case("cases::service_not_running", None);
}

#[test]
fn no_reader() {
    case("cases::no_reader", Some(&["--no-reader"]));
}

#[test]
fn cards_in_readers() {
    case("cases::cards_in_readers", Some(&[]));
}

#[test]
fn service_ends_in_the_middle() {
    case("cases::service_ends_in_the_middle", Some(&[]));
}

fn connect_code(reader: Option<&str>) -> &'static str {
    PcscCard::connect(reader).unwrap_err().code()
}

/// The readers' names, first and second, and where a card plugs into each.
fn readers_and_ports() -> [(String, String); 2] {
    let port: u16 = std::env::var("KEYFENCE_VPCD_PORT")
        .unwrap()
        .parse()
        .unwrap();
    [
        (format!("KF {port} 00 00"), format!("127.0.0.1:{port}")),
        (
            format!("KF {port} 00 01"),
            format!("127.0.0.1:{}", port + 1),
        ),
    ]
}

fn plug((name, address): &(String, String)) -> Simulator {
    let options = StartOptions {
        plug_into: Some(address.clone()),
        ..StartOptions::default()
    };
    let simulator = Simulator::start(&options).unwrap();
    wait_for(name, true);
    simulator
}

/// Waits until the reader holds a card, or none.
fn wait_for(name: &str, card_present: bool) {
    let start = Instant::now();
    while !readers()
        .unwrap()
        .iter()
        .any(|reader| reader.name == name && reader.card_present == card_present)
    {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{name}: {:?}",
            readers()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn initialised(card: PcscCard) -> Session<Selected> {
    let session = Session::select(Box::new(card))
        .unwrap()
        .uninitialized()
        .unwrap();
    let (pin, puk) = (
        Pin::parse("123456").unwrap(),
        Puk::parse("111122223333").unwrap(),
    );
    session
        .init(&Init::new(
            pin,
            puk,
            PairingSecret::new(Secret32::new([5; 32])),
        ))
        .unwrap()
}

fn open(mut session: Session<Selected>) -> Session<Open> {
    let secret = PairingSecret::new(Secret32::new([5; 32]));
    let record = session.pair_with_secret(&secret, SlotChoice::Any).unwrap();
    session.with_pairing(record).unwrap().open().unwrap()
}

mod cases {
    use super::*;

    #[test]
    #[ignore = "run by service_not_running"]
    fn service_not_running() {
        assert_eq!(readers().unwrap_err().code(), "E-PCSC-SERVICE");
        let error = PcscCard::connect(None).unwrap_err();
        assert!(matches!(error, TransportError::NoService(_)), "{error:?}");
        assert!(error.hint().contains("pcscd"));
        assert!(
            std::error::Error::source(&error).is_some(),
            "the cause is kept"
        );
    }

    #[test]
    #[ignore = "run by no_reader"]
    fn no_reader() {
        assert_eq!(readers().unwrap(), []);
        assert_eq!(connect_code(None), "E-READER-NONE");
        assert_eq!(connect_code(Some("KF")), "E-READER-UNKNOWN");
    }

    #[test]
    #[ignore = "run by cards_in_readers"]
    fn cards_in_readers() {
        let both = readers_and_ports();
        let (first, second) = (&both[0], &both[1]);
        assert_eq!(connect_code(None), "E-READER-SEVERAL");
        assert_eq!(connect_code(Some("kf")), "E-READER-SEVERAL");
        assert_eq!(connect_code(Some(&first.0)), "E-READER-EMPTY");
        assert_eq!(connect_code(Some("another")), "E-READER-UNKNOWN");

        // The only card there is; the thin path over PC/SC.
        let simulator = plug(first);
        let card = PcscCard::connect(None).unwrap();
        assert_eq!(card.reader_name(), first.0);
        assert!(card.is_simulated());
        let mut session = open(initialised(card))
            .verify_pin(&Pin::parse("123456").unwrap())
            .unwrap();
        let mnemonic =
            Mnemonic::parse("test test test test test test test test test test test junk").unwrap();
        session.load_seed(&mnemonic.to_seed("").unwrap()).unwrap();
        let keys = session.export_eip1581().unwrap();
        let expected = "cd4d1e126328b7d3392c858b51d722f5b1ea1928e3543cf699e0caa0d4a0289e";
        assert_eq!(hex::encode(keys.whisper.expose()), expected);

        // Another program may share the card, and may reset it. A part of the name will do; with the port in it, which
        // may end in 00.
        let part = &first.0[3..];
        drop(PcscCard::connect(Some(part)).unwrap());
        session.status().unwrap();
        let mut other = PcscCard::connect(Some(part)).unwrap();
        session.status().unwrap();
        other.reset().unwrap();
        let error = session.status().unwrap_err();
        assert_eq!(error.code(), "E-CARD-RESET");
        assert_eq!(session.status().unwrap_err().code(), "E-CHANNEL-CLOSED");
        let record = session.pairing().clone();
        let selected = session.reselect().unwrap().ready().unwrap();
        let session = selected.with_pairing(record).unwrap().open().unwrap();
        drop(other);
        // Our own reset.
        let session = session.reset().unwrap().ready().unwrap();
        drop(session);

        // Another program may take it for itself.
        let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let name = std::ffi::CString::new(first.0.clone()).unwrap();
        let exclusive = context
            .connect(&name, pcsc::ShareMode::Exclusive, pcsc::Protocols::ANY)
            .unwrap();
        assert_eq!(connect_code(None), "E-READER-BUSY");
        drop(exclusive);

        // A second card: the reader has to be named.
        let second_simulator = plug(second);
        assert_eq!(connect_code(None), "E-READER-SEVERAL");
        let mut other_session = open(initialised(PcscCard::connect(Some(&second.0)).unwrap()));
        let card = PcscCard::connect(Some(&first.0)).unwrap();
        let mut session = open(Session::select(Box::new(card)).unwrap().ready().unwrap());
        other_session.status().unwrap();
        session.status().unwrap();
        assert_ne!(session.application().uid, other_session.application().uid);

        // Taken out in the middle; the other one goes on.
        drop(simulator);
        wait_for(&first.0, false);
        let error = session.status().unwrap_err();
        assert_eq!(error.code(), "E-CARD-REMOVED", "{error:?}");
        assert_eq!(session.reselect().unwrap_err().code(), "E-CARD-REMOVED");
        other_session.status().unwrap();
        drop(second_simulator);
    }

    #[test]
    #[ignore = "run by service_ends_in_the_middle"]
    fn service_ends_in_the_middle() {
        let simulator = plug(&readers_and_ports()[0]);
        let mut session = open(initialised(PcscCard::connect(None).unwrap()));
        session.status().unwrap();
        let directory = std::env::var("KEYFENCE_PCSCD_DIR").unwrap();
        let pid = std::fs::read_to_string(Path::new(&directory).join("pid")).unwrap();
        assert!(
            Command::new("kill")
                .args(["-9", pid.trim()])
                .status()
                .unwrap()
                .success()
        );
        let start = Instant::now();
        let error = loop {
            match session.status() {
                Ok(_) => assert!(
                    start.elapsed() < Duration::from_secs(10),
                    "the service goes on"
                ),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(&error, Error::Transport(TransportError::NoService(_))),
            "{error:?}"
        );
        drop(simulator);
    }
}
