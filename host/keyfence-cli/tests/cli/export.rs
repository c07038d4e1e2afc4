//! `keyfence export`: the two keys that may leave, those that may not, and where they go.

use crate::support::card::{DATABASE_PRIVATE, Owner, WHISPER_PRIVATE, WHISPER_PUBLIC};
use crate::support::{shown, stable};

use insta::assert_snapshot;

#[test]
fn the_two_keys_of_the_default_policy_come_out() {
    let owner = Owner::with_key();
    let output = owner
        .keyfence(&["export", "whisper", "database"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("whisper {WHISPER_PRIVATE}\ndatabase {DATABASE_PRIVATE}\n")
    );
    let public = owner
        .keyfence(&["export", "whisper", "--public"])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(public.stdout).unwrap(),
        format!("whisper {WHISPER_PUBLIC}\n")
    );
}

#[test]
fn each_spelling_of_a_path_is_the_same_key() {
    let owner = Owner::with_key();
    for path in [
        "m/43'/60'/1581'/0'/0",
        "43'/60'/1581'/0'/0",
        "m/43h/60H/1581'/0h/0",
    ] {
        let key = &owner.result(&["export", path])["keys"][0];
        assert_eq!(
            (
                key["private_key"].as_str(),
                key["path"].as_str(),
                key["name"].as_str()
            ),
            (
                Some(WHISPER_PRIVATE),
                Some("m/43'/60'/1581'/0'/0"),
                Some("m/43'/60'/1581'/0'/0")
            )
        );
        assert_eq!(key["public_key"], WHISPER_PUBLIC);
    }
}

#[test]
fn what_the_policy_does_not_let_out_stays() {
    let owner = Owner::with_key();
    for path in [
        "m",
        "m/44'/60'/0'/0/0",
        "m/43'/60'/1581'/2'/0",
        "m/43'/60'/1581'/0'",
        "m/43'/60'/1581'",
        "m/84'/0'/0'/0/0",
    ] {
        let (code, value) = owner.json(&["export", path]);
        assert_eq!(code, 5, "{path}: {value:#}");
        assert!(!value.to_string().contains("private_key"), "{value:#}");
    }
    // All or nothing.
    let (code, value) = owner.json(&["export", "whisper", "m/44'/60'/0'/0/0"]);
    assert_eq!(code, 5);
    assert!(!value.to_string().contains(WHISPER_PRIVATE));
    // Public keys may leave, a wallet's with their chain codes too, but no chain code where a private key leaves below.
    owner.result(&["export", "--public", "m/44'/60'/0'/0/0"]);
    owner.result(&["export", "--extended-public", "m/44'/60'/0'"]);
    assert_eq!(
        owner
            .json(&["export", "--extended-public", "m/43'/60'/1581'/0'"])
            .0,
        5
    );
}

#[test]
fn a_refusal_says_which_rule_came_nearest_and_why() {
    let owner = Owner::with_key();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["export", "m/44'/60'/0'/0/0"])));
    assert_snapshot!(shown(
        &mut owner.keyfence(&["export", "m/43'/60'/1581'/2'/0"])
    ));
    assert_snapshot!(shown(
        &mut owner.keyfence(&["export", "m/43'/60'/1581'/0'"])
    ));
    assert_snapshot!(shown(&mut owner.keyfence(&["export", "m"])));
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "export",
        "--extended-public",
        "whisper"
    ])));
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "export",
        "whisper",
        "m/43'/60'/1581'/2'/0",
        "--json"
    ])));
}

#[test]
fn a_bad_path_says_where() {
    let owner = Owner::with_key();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["export", "m/43'/6x'/0"])));
    assert_snapshot!(shown(
        &mut owner.keyfence(&["export", "m/43'//0", "--json"])
    ));
    assert_snapshot!(shown(&mut owner.keyfence(&["export", "m/2147483648"])));
    assert_snapshot!(shown(
        &mut owner.keyfence(&["export", "m/1/2/3/4/5/6/7/8/9/10/11"])
    ));
    assert_snapshot!(shown(&mut owner.keyfence(&["export", "wisper"])));
}

#[test]
fn raw_bytes_go_into_pipes_and_files_one_key_at_a_time() {
    let owner = Owner::with_key();
    let raw = owner
        .keyfence(&["export", "whisper", "--format", "raw"])
        .output()
        .unwrap();
    assert_eq!(hex::encode(raw.stdout), WHISPER_PRIVATE);
    let public = owner
        .keyfence(&["export", "whisper", "--public", "--format", "raw"])
        .output()
        .unwrap();
    assert_eq!(hex::encode(public.stdout), WHISPER_PUBLIC);
    assert_eq!(
        owner.error(&["export", "whisper", "database", "--format", "raw"]),
        (2, "E-RAW-SEVERAL".to_owned())
    );
    assert_eq!(
        owner.error(&["export", "whisper", "--format", "raw"]),
        (2, "E-RAW-JSON".to_owned())
    );
}

#[test]
fn a_file_is_private_and_never_replaced_without_force() {
    use std::os::unix::fs::PermissionsExt as _;
    let owner = Owner::with_key();
    let path = owner.user.path("key");
    let _filters = stable();
    assert_snapshot!(shown(
        &mut owner.keyfence(&["export", "whisper", "--out", "key"])
    ));
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        format!("whisper {WHISPER_PRIVATE}\n")
    );
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_snapshot!(shown(
        &mut owner.keyfence(&["export", "database", "--out", "key"])
    ));
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        format!("whisper {WHISPER_PRIVATE}\n")
    );
    owner.result(&[
        "export", "database", "--out", "key", "--force", "--format", "raw",
    ]);
    assert_eq!(hex::encode(std::fs::read(&path).unwrap()), DATABASE_PRIVATE);
    owner.result(&[
        "export", "whisper", "--out", "key", "--force", "--format", "json",
    ]);
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(value["keys"][0]["private_key"], WHISPER_PRIVATE);
}

#[test]
fn the_alternative_pin_gives_other_keys() {
    let owner = Owner::with_new_card();
    let init = owner
        .keyfence(&["card", "init", "--json"])
        .env("KEYFENCE_ALTERNATIVE_PIN", "777777")
        .output()
        .unwrap();
    assert!(init.status.success());
    owner.result(&["pairing", "add"]);
    owner.result(&["key", "load"]);
    let (code, value) = owner.json_with("KEYFENCE_PIN", "777777", &["export", "whisper"]);
    assert_eq!(code, 0, "{value:#}");
    assert_ne!(value["result"]["keys"][0]["private_key"], WHISPER_PRIVATE);
    assert_eq!(
        owner.result(&["export", "whisper"])["keys"][0]["private_key"],
        WHISPER_PRIVATE
    );
}
