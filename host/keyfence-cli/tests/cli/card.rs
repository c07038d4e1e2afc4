//! `keyfence card`: info, init, reset.

use crate::support::card::{Owner, PASSWORD, PIN, PUK, with_input};
use crate::support::{parse, shown, stable};

use insta::assert_snapshot;

#[test]
fn info_of_a_new_and_of_a_used_card() {
    let owner = Owner::with_new_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "info"])));
    owner.init();
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "info"])));
    owner.result(&["pairing", "add"]);
    owner.result(&["key", "load"]);
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "info"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "info", "--json"])));
}

#[test]
fn init_in_words_and_a_second_one_is_refused() {
    let owner = Owner::with_new_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "init"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "init"])));
}

#[test]
fn init_takes_its_secrets_from_standard_input_line_by_line() {
    let owner = Owner::with_new_card();
    let arguments = [
        "card",
        "init",
        "--json",
        "--pin-from",
        "stdin",
        "--puk-from",
        "stdin",
        "--pairing-password-from",
        "stdin",
    ];
    let input = format!("{PIN}\n{PUK}\r\n{PASSWORD}\n");
    let (code, value) = parse(&with_input(
        &mut owner.keyfence(&arguments),
        input.as_bytes(),
    ));
    assert_eq!(code, 0, "{value:#}");
    owner.result(&["pairing", "add"]);
    owner.result(&["key", "load"]);
}

#[test]
fn init_needs_six_and_twelve_digits_and_leaves_the_card_alone_otherwise() {
    let owner = Owner::with_new_card();
    let code = |name, value| {
        let (exit, value) = owner.json_with(name, value, &["card", "init"]);
        (exit, value["error"]["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        code("KEYFENCE_PIN", "12345"),
        (2, "E-PIN-FORMAT".to_owned())
    );
    assert_eq!(
        code("KEYFENCE_PIN", "12345x"),
        (2, "E-PIN-FORMAT".to_owned())
    );
    assert_eq!(
        code("KEYFENCE_PUK", "123456"),
        (2, "E-PUK-FORMAT".to_owned())
    );
    assert_eq!(
        code("KEYFENCE_ALTERNATIVE_PIN", PIN),
        (2, "E-PIN-SAME".to_owned())
    );
    assert_eq!(owner.result(&["card", "info"])["initialized"], false);
}

#[test]
fn a_puk_that_was_made_is_shown_and_works() {
    let owner = Owner::with_new_card();
    let puk = owner.result(&[
        "card",
        "init",
        "--generate-puk",
        "--pin-tries",
        "2",
        "--default-pairing-password",
    ])["puk"]
        .as_str()
        .unwrap()
        .to_owned();
    owner.result(&["pairing", "add", "--default-pairing-password"]);
    assert_eq!(owner.wrong_pin(), 1);
    assert_eq!(owner.wrong_pin(), 0);
    let unblocked = owner
        .keyfence(&["pin", "unblock", "--json"])
        .env("KEYFENCE_PUK", puk)
        .env("KEYFENCE_NEW_PIN", "654321")
        .output()
        .unwrap();
    assert_eq!(parse(&unblocked).0, 0);
}

#[test]
fn reset_wants_the_right_uid() {
    let owner = Owner::with_key();
    let uid = owner.result(&["card", "info"])["uid"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        owner.error(&["card", "reset", "--uid", "00112233445566778899aabbccddeeff"]),
        (2, "E-UID-DIFFERS".to_owned())
    );
    assert!(owner.result(&["card", "info"])["key_uid"].is_string());
    let reset = owner.result(&["card", "reset", "--uid", &uid.to_uppercase()]);
    assert_eq!(reset["pairing_forgotten"], true);
    assert_eq!(owner.result(&["card", "info"])["initialized"], false);
    assert_eq!(
        owner.error(&["card", "reset", "--uid", &uid]),
        (4, "E-CARD-UNINITIALIZED".to_owned())
    );
}

#[test]
fn a_card_without_pin_has_no_pairing_and_no_key() {
    let owner = Owner::with_new_card();
    for arguments in [
        &["pairing", "add"][..],
        &["key", "load"],
        &["export", "whisper"],
        &["key", "verify"],
        &["pin", "change"],
    ] {
        assert_eq!(
            owner.error(arguments),
            (4, "E-CARD-UNINITIALIZED".to_owned()),
            "{arguments:?}"
        );
    }
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "load"])));
}
