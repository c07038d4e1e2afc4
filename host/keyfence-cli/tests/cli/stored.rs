//! `keyfence data`, `ndef` and `card identify`: what a card keeps for others to read.

use crate::support::card::{Owner, with_input};
use crate::support::{parse, shown, stable};

use insta::assert_snapshot;

#[test]
fn data_is_stored_with_the_pin_and_read_by_anybody() {
    let owner = Owner::with_paired_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "data",
        "set",
        "if found: call 555 0100"
    ])));
    let output = owner
        .keyfence(&["data", "get"])
        .env_remove("KEYFENCE_PIN")
        .env("KEYFENCE_DATA_DIR", owner.user.path("elsewhere"))
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "if found: call 555 0100\n"
    );
    assert_snapshot!(shown(&mut owner.keyfence(&["data", "get", "--json"])));
    owner.result(&["data", "set", "--slot", "cash", "--hex", "1b5b324a"]);
    // An escape sequence isn't sent to the terminal.
    assert_snapshot!(shown(&mut owner.keyfence(&["data", "get", "cash"])));
    let raw = owner
        .keyfence(&["data", "get", "cash", "--format", "raw"])
        .output()
        .unwrap();
    assert_eq!(raw.stdout, b"\x1b[2J");
    let most = [7; 127];
    let stored = with_input(
        &mut owner.keyfence(&["data", "set", "--file", "-", "--json"]),
        &most,
    );
    assert_eq!(parse(&stored).1["result"]["bytes"], 127);
    assert_eq!(owner.result(&["data", "get"])["hex"], hex::encode(most));
    assert_eq!(
        owner.error(&["data", "set", "--hex", &hex::encode([7; 128])]),
        (2, "E-LENGTH".to_owned())
    );
    assert_snapshot!(shown(&mut owner.keyfence(&["data", "set", ""])));
    assert_eq!(owner.result(&["data", "get"])["hex"], "");
}

#[test]
fn a_url_is_what_a_phone_reads() {
    let owner = Owner::with_paired_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["ndef", "get"])));
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "ndef",
        "set",
        "https://example.org/my-card"
    ])));
    assert_snapshot!(shown(&mut owner.keyfence(&["ndef", "get"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["ndef", "get", "--json"])));
    // Longer than one command or answer of the channel.
    let long = format!("https://example.org/{}", "a".repeat(400));
    owner.result(&["ndef", "set", &long]);
    assert_eq!(owner.result(&["ndef", "get"])["url"], long);
    assert_eq!(
        owner.error(&["ndef", "set", &format!("https://{}", "a".repeat(510))]),
        (2, "E-LENGTH".to_owned())
    );
    assert_eq!(
        owner.error(&["ndef", "set", "example.org"]),
        (2, "E-URL".to_owned())
    );
    owner.result(&["ndef", "set", "--hex", ""]);
    assert_eq!(owner.result(&["ndef", "get"])["hex"], "");
}

#[test]
fn a_card_without_identity_says_so() {
    let owner = Owner::with_new_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "identify"])));
    owner.init();
    assert_eq!(
        owner.error(&["card", "identify"]),
        (4, "E-IDENTITY-NONE".to_owned())
    );
}

#[test]
fn the_card_makes_words_of_all_five_lengths_and_keeps_none() {
    let owner = Owner::with_paired_card();
    for words in ["12", "15", "18", "21", "24"] {
        let mnemonic = owner.result(&["key", "mnemonic", "--words", words])["mnemonic"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(mnemonic.split(' ').count().to_string(), words);
        assert_eq!(
            owner
                .json_with("KEYFENCE_MNEMONIC", &mnemonic, &["key", "verify"])
                .1["error"]["code"],
            "E-KEY-NONE"
        );
        let (code, value) = owner.json_with(
            "KEYFENCE_MNEMONIC",
            &mnemonic,
            &["key", "load", "--replace"],
        );
        assert_eq!(code, 0, "{value:#}");
        owner.result(&["key", "remove", "--yes"]);
    }
}

#[test]
fn an_identity_is_judged_against_its_issuer() {
    // The scalar 1 as the issuer's key: its public key is the curve's generator.
    const ISSUER: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    const ANOTHER: &str = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
    let owner = Owner::with_card_options_in(|user| {
        user.file(
            "card.json",
            format!(r#"{{"identity": {{"issuer_key": "{:064x}"}}}}"#, 1),
        );
        vec!["--card", "card.json"]
    });
    let unchecked = owner.result(&["card", "identify"]);
    assert_eq!(
        (unchecked["verdict"].as_str(), unchecked["issuer"].as_str()),
        (Some("unchecked"), Some(ISSUER))
    );
    assert_eq!(
        owner.result(&["card", "identify", "--issuer", ISSUER])["verdict"],
        "genuine"
    );
    let (code, value) = owner.json(&["card", "identify", "--issuer", ANOTHER]);
    assert_eq!(
        (
            code,
            value["error"]["code"].as_str(),
            value["error"]["details"]["issuer"].as_str()
        ),
        (4, Some("E-IDENTITY-ISSUER"), Some(ISSUER))
    );
    assert_eq!(owner.error(&["card", "identify", "--issuer", "02"]).0, 2);

    // A certificate with somebody else's key under it.
    let certificate = unchecked["certificate"].as_str().unwrap().to_owned();
    let copied = Owner::with_card_options_in(|user| {
        user.file(
            "card.json",
            format!(
                r#"{{"identity": {{"certificate": "{certificate}", "private_key": "{:064x}"}}}}"#,
                7
            ),
        );
        vec!["--card", "card.json"]
    });
    assert_eq!(
        copied.error(&["card", "identify"]),
        (4, "E-IDENTITY-COPIED".to_owned())
    );
}
