//! Readers and the service behind them, over a real pcscd: none, several, empty, gone in the middle.

use crate::support::card::{MNEMONIC, PASSWORD, PIN, PUK, WHISPER_PRIVATE};
use crate::support::pcsc::Service;
use crate::support::{User, parse, shown, stable};

use std::process::Command;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::Value;

fn keyfence(user: &User, service: &Service, arguments: &[&str]) -> Command {
    let mut command = user.keyfence(arguments);
    command
        .env("PCSCLITE_CSOCK_NAME", &service.socket)
        .env("KEYFENCE_PIN", PIN)
        .env("KEYFENCE_PUK", PUK)
        .env("KEYFENCE_PAIRING_PASSWORD", PASSWORD)
        .env("KEYFENCE_MNEMONIC", MNEMONIC);
    command
}

fn json(user: &User, service: &Service, arguments: &[&str]) -> (i32, Value) {
    parse(
        &keyfence(user, service, arguments)
            .arg("--json")
            .output()
            .unwrap(),
    )
}

/// pcscd sees a card within 60 to 214 ms after it is plugged in.
fn until(user: &User, service: &Service, arguments: &[&str], code: &str) -> Value {
    let start = Instant::now();
    loop {
        let (_, value) = json(user, service, arguments);
        if value["error"]["code"] == code || (code.is_empty() && value["ok"] == true) {
            return value;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{value:#}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn without_the_service_and_without_a_reader() {
    let user = User::new();
    let _filters = stable();
    assert_snapshot!(shown(&mut user.keyfence(&["card", "info"])));
    let service = Service::without_reader();
    assert_snapshot!(shown(&mut keyfence(&user, &service, &["card", "info"])));
    assert_snapshot!(shown(&mut keyfence(
        &user,
        &service,
        &["--reader", "ACS", "card", "info", "--json"]
    )));
}

#[test]
fn a_card_in_a_reader_works_and_several_must_be_told_apart() {
    let user = User::new();
    let service = Service::with_reader();
    let _filters = stable();
    // Two readers, both empty: neither is meant more than the other.
    assert_snapshot!(shown(&mut keyfence(&user, &service, &["card", "info"])));
    assert_snapshot!(shown(&mut keyfence(
        &user,
        &service,
        &["--reader", "00 01", "card", "info"]
    )));
    let first = service.plug(0);
    until(&user, &service, &["card", "info"], "");
    for arguments in [&["card", "init"][..], &["pairing", "add"], &["key", "load"]] {
        let (code, value) = json(&user, &service, arguments);
        assert_eq!(code, 0, "{value:#}");
    }
    assert_eq!(
        json(&user, &service, &["export", "whisper"]).1["result"]["keys"][0]["private_key"],
        WHISPER_PRIVATE
    );
    // A second card: now it must be said which.
    let second = service.plug(1);
    until(&user, &service, &["card", "info"], "E-READER-SEVERAL");
    assert_snapshot!(shown(&mut keyfence(&user, &service, &["card", "info"])));
    assert_eq!(
        json(&user, &service, &["--reader", "00 01", "card", "info"]).1["result"]["initialized"],
        false
    );
    assert_eq!(
        json(&user, &service, &["--reader", "00 00", "card", "info"]).1["result"]["initialized"],
        true
    );
    let by_environment = keyfence(&user, &service, &["card", "info", "--json"])
        .env("KEYFENCE_READER", "00 00")
        .output()
        .unwrap();
    assert_eq!(parse(&by_environment).1["result"]["initialized"], true);
    // A name that no reader has.
    assert_eq!(
        json(&user, &service, &["--reader", "ACS", "card", "info"]).1["error"]["code"],
        "E-READER-UNKNOWN"
    );
    // The first one is pulled.
    drop(first);
    until(
        &user,
        &service,
        &["--reader", "00 00", "card", "info"],
        "E-READER-EMPTY",
    );
    drop(second);
}

#[test]
fn a_card_pulled_at_the_pin_prompt_is_told() {
    let user = User::new();
    let service = Service::with_reader();
    let card = service.plug(0);
    until(&user, &service, &["card", "info"], "");
    for arguments in [&["card", "init"][..], &["pairing", "add"], &["key", "load"]] {
        assert_eq!(json(&user, &service, arguments).0, 0);
    }
    let mut command = keyfence(
        &user,
        &service,
        &["export", "whisper", "--pin-from", "prompt"],
    );
    command.env_remove("KEYFENCE_PIN");
    let mut terminal = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    terminal.exp_string("PIN: ").unwrap();
    drop(card);
    until(&user, &service, &["card", "info"], "E-READER-SEVERAL");
    terminal.send_line(PIN).unwrap();
    terminal.exp_string("[E-CARD-REMOVED]").unwrap();
    terminal.exp_eof().unwrap();
}
