//! The policy authority that a card got at INIT, or from its issuer: compared after INIT and at each pairing, none included.

use crate::support::card::Owner;
use crate::support::{parse, shown, stable};

use insta::assert_snapshot;

/// The curve's generator: a public key like any other for these tests; and the first 8 bytes of its SHA-256.
const KEY: &str = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
const FINGERPRINT: &str = "50929b74c1a04954";
const ANOTHER: &str = "0011223344556677";

#[test]
fn the_owners_authority_is_set_and_compared() {
    let owner = Owner::with_new_card();
    owner.user.file("authority.pub", format!("{KEY}\n"));
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "card",
        "init",
        "--authority",
        "authority.pub"
    ])));
    assert_snapshot!(shown(&mut owner.keyfence(&["pairing", "add"])));
    // Another computer doesn't know what was meant, and says what it finds.
    let elsewhere = |arguments: &[&str]| {
        let mut command = owner.keyfence(arguments);
        command.env("KEYFENCE_DATA_DIR", owner.user.path("elsewhere"));
        command
    };
    let differs = elsewhere(&["pairing", "add", "--expect-authority", "none", "--json"])
        .output()
        .unwrap();
    assert_eq!(parse(&differs).1["error"]["code"], "E-POLICY-AUTHORITY");
    assert_eq!(
        owner.result(&["card", "info"])["free_pairing_slots"],
        9,
        "no slot was taken"
    );
    assert_snapshot!(shown(&mut elsewhere(&["pairing", "add"])));
}

#[test]
fn a_card_whose_authority_nobody_meant_is_refused() {
    // Its issuer installed one (tag 90), or somebody in between set one: the owner meant none.
    let owner = Owner::with_card_options(&["--install-parameters", &format!("9041{KEY}")]);
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["card", "init"])));
    let add = |expected: &str| owner.json(&["pairing", "add", "--expect-authority", expected]);
    assert_eq!(add(ANOTHER).1["error"]["details"]["authority"], FINGERPRINT);
    let (code, value) = add(FINGERPRINT);
    assert_eq!(
        (code, &value["result"]["policy_authority_checked"]),
        (0, &true.into()),
        "{value:#}"
    );
}

#[test]
fn the_issuers_authority_can_be_expected_at_init() {
    let owner = Owner::with_card_options(&["--install-parameters", &format!("9041{KEY}")]);
    assert_eq!(
        owner.error(&["card", "init", "--authority", KEY]),
        (4, "E-CARD-INIT".to_owned())
    );
    assert_eq!(owner.result(&["card", "info"])["initialized"], false);
    assert_eq!(
        owner.result(&["card", "init", "--expect-authority", FINGERPRINT])["policy_authority"],
        FINGERPRINT
    );
    assert_eq!(
        owner.result(&["pairing", "add"])["policy_authority_checked"],
        true
    );
}

#[test]
fn what_is_no_key_or_fingerprint_is_told_before_the_card_is_touched() {
    let owner = Owner::with_new_card();
    owner.user.file("text", "hello");
    assert_eq!(
        owner.error(&["card", "init", "--authority", "text"]),
        (7, "E-AUTHORITY-FILE".to_owned())
    );
    assert_eq!(
        owner.error(&["card", "init", "--authority", "missing"]),
        (7, "E-FILE-READ".to_owned())
    );
    assert_eq!(
        owner.error(&["card", "init", "--expect-authority", "00"]),
        (2, "E-USAGE".to_owned())
    );
    assert_eq!(owner.result(&["card", "info"])["initialized"], false);
}
