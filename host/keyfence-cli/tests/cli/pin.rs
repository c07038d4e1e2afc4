//! `keyfence pin`: tries counted down with a word before the last, blocked and back, changed.

use crate::support::card::{Owner, PIN};
use crate::support::{parse, shown, stable};

use insta::assert_snapshot;

#[test]
fn the_tries_go_down_with_a_warning_before_the_last_and_the_puk_brings_them_back() {
    let owner = Owner::with_key();
    let _filters = stable();
    let wrong = |name: &str| {
        shown(
            owner
                .keyfence(&["export", "whisper"])
                .env("KEYFENCE_PIN", name),
        )
    };
    assert_snapshot!(wrong("999999"));
    assert_snapshot!(wrong("999999"));
    assert_snapshot!(wrong("999999"));
    // Blocked: the right one doesn't help either, and isn't even asked for.
    assert_snapshot!(wrong(PIN));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "status"])));
    assert_snapshot!(shown(
        owner
            .keyfence(&["pin", "unblock"])
            .env("KEYFENCE_PUK", "000000000000")
            .env("KEYFENCE_NEW_PIN", "654321")
    ));
    assert_snapshot!(shown(
        owner
            .keyfence(&["pin", "unblock"])
            .env("KEYFENCE_NEW_PIN", "654321")
    ));
    assert_snapshot!(shown(
        owner
            .keyfence(&["pin", "unblock"])
            .env("KEYFENCE_NEW_PIN", "654321")
    ));
    assert_eq!(
        owner
            .json_with("KEYFENCE_PIN", "654321", &["export", "whisper"])
            .0,
        0
    );
}

#[test]
fn a_malformed_pin_costs_no_try() {
    let owner = Owner::with_paired_card();
    let (code, value) = owner.json_with("KEYFENCE_PIN", "12345", &["key", "generate"]);
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (2, Some("E-PIN-FORMAT"))
    );
    assert_eq!(owner.result(&["key", "status"])["pin_tries_left"], 3);
}

#[test]
fn the_puk_can_be_used_up_and_then_only_a_reset_helps() {
    let owner = Owner::with_new_card();
    owner.result(&["card", "init", "--pin-tries", "2", "--puk-tries", "3"]);
    owner.result(&["pairing", "add"]);
    owner.wrong_pin();
    owner.wrong_pin();
    let unblock = || {
        let output = owner
            .keyfence(&["pin", "unblock", "--json"])
            .env("KEYFENCE_PUK", "000000000000")
            .env("KEYFENCE_NEW_PIN", "654321")
            .output()
            .unwrap();
        parse(&output)
    };
    for tries in [2, 1] {
        let (code, value) = unblock();
        assert_eq!(
            (code, value["error"]["details"]["tries_left"].as_u64()),
            (6, Some(tries)),
            "{value:#}"
        );
    }
    let (code, value) = unblock();
    assert_eq!(
        (
            code,
            value["error"]["code"].as_str(),
            value["warnings"][0]["code"].as_str()
        ),
        (6, Some("E-PUK-BLOCKED"), Some("W-PUK-LAST-TRY")),
        "{value:#}"
    );
    let _filters = stable();
    assert_snapshot!(shown(
        owner
            .keyfence(&["pin", "unblock"])
            .env("KEYFENCE_NEW_PIN", "654321")
    ));
}

#[test]
fn pin_puk_and_pairing_password_can_be_changed() {
    let owner = Owner::with_paired_card();
    let _filters = stable();
    assert_snapshot!(shown(
        owner
            .keyfence(&["pin", "change"])
            .env("KEYFENCE_NEW_PIN", "222222")
    ));
    assert_eq!(owner.wrong_pin(), 2);
    let with_new = |arguments: &[&str]| {
        let mut command = owner.keyfence(arguments);
        command.env("KEYFENCE_PIN", "222222");
        command
    };
    assert_snapshot!(shown(
        with_new(&["pin", "change", "puk"]).env("KEYFENCE_NEW_PUK", "222222222222")
    ));
    assert_snapshot!(shown(
        with_new(&["pin", "change", "pairing-password"])
            .env("KEYFENCE_NEW_PAIRING_PASSWORD", "new")
    ));
    let second = owner
        .keyfence(&["pairing", "add", "--json"])
        .env("KEYFENCE_DATA_DIR", owner.user.path("second"))
        .env("KEYFENCE_PAIRING_PASSWORD", "new")
        .output()
        .unwrap();
    assert_eq!(parse(&second).0, 0);
}
