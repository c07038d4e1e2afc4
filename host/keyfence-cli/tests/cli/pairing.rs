//! `keyfence pairing`: slots taken, kept, given back; stale ones recognised.

use crate::support::card::{Owner, PASSWORD};
use crate::support::{User, parse, shown, stable};

use insta::assert_snapshot;

#[test]
fn add_list_and_remove_in_words() {
    let owner = Owner::with_new_card();
    owner.init();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["pairing", "list"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["pairing", "add"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["pairing", "add"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["pairing", "list"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["pairing", "list", "--json"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["pairing", "remove"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "status"])));
}

#[test]
fn a_wrong_pairing_password_is_told() {
    let owner = Owner::with_new_card();
    owner.init();
    let (code, value) =
        owner.json_with("KEYFENCE_PAIRING_PASSWORD", "another", &["pairing", "add"]);
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (6, Some("E-PAIRING-PASSWORD"))
    );
    assert_eq!(owner.result(&["card", "info"])["free_pairing_slots"], 10);
}

#[test]
fn ten_slots_can_be_taken_and_one_given_back_helps_the_next() {
    let owner = Owner::with_new_card();
    owner.init();
    let computers: Vec<_> = (0..10)
        .map(|number| owner.user.path(&format!("computer {number}")))
        .collect();
    let add = |data: &std::path::Path| {
        parse(
            &owner
                .keyfence(&["pairing", "add", "--json"])
                .env("KEYFENCE_DATA_DIR", data)
                .output()
                .unwrap(),
        )
    };
    for (slot, computer) in computers.iter().enumerate() {
        let (code, value) = add(computer);
        assert_eq!(
            (code, &value["result"]["slot"]),
            (0, &slot.into()),
            "{value:#}"
        );
    }
    let (code, value) = add(&owner.user.path("one too many"));
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (4, Some("E-PAIRING-FULL"))
    );
    // A paired computer frees the slot of another one.
    let freed = owner
        .keyfence(&["pairing", "remove", "--slot", "7", "--json"])
        .env("KEYFENCE_DATA_DIR", &computers[2])
        .output()
        .unwrap();
    assert_eq!(parse(&freed).1["result"]["freed_slot"], 7);
    assert_eq!(add(&owner.user.path("one too many")).1["result"]["slot"], 7);
    // That other one is told that its pairing isn't good any more.
    let stale = owner
        .keyfence(&["key", "status", "--json"])
        .env("KEYFENCE_DATA_DIR", &computers[7])
        .output()
        .unwrap();
    let (code, value) = parse(&stale);
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (6, Some("E-PAIRING-UNKNOWN")),
        "{value:#}"
    );
}

#[test]
fn a_data_directory_that_cannot_be_written_costs_no_slot() {
    let owner = Owner::with_new_card();
    owner.init();
    let data = owner.user.file("a file", "");
    let output = owner
        .keyfence(&["pairing", "add", "--json"])
        .env("KEYFENCE_DATA_DIR", data)
        .output()
        .unwrap();
    let (code, value) = parse(&output);
    assert_eq!(code, 7, "{value:#}");
    assert_eq!(owner.result(&["card", "info"])["free_pairing_slots"], 10);
}

#[test]
fn a_pairing_from_before_a_reset_is_recognised() {
    let owner = Owner::with_paired_card();
    let uid = owner.result(&["card", "info"])["uid"]
        .as_str()
        .unwrap()
        .to_owned();
    // Reset by another computer: this one keeps its pairing.
    let elsewhere = User::new();
    let reset = owner
        .keyfence(&["card", "reset", "--uid", &uid, "--json"])
        .env("KEYFENCE_DATA_DIR", elsewhere.data_dir())
        .output()
        .unwrap();
    assert_eq!(parse(&reset).1["result"]["pairing_forgotten"], false);
    owner.init();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "status"])));
    let (code, value) = owner.json(&["key", "status"]);
    assert_eq!(
        (code, value["error"]["details"]["paired_uid"].as_str()),
        (6, Some(uid.as_str()))
    );
    owner.result(&["pairing", "add"]);
    assert_eq!(
        owner.result(&["pairing", "remove", "--forget", &uid])["forgotten"],
        true
    );
    assert_eq!(
        owner.result(&["pairing", "list"])["pairings"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_pairing_that_the_card_has_forgotten_is_replaced() {
    let owner = Owner::with_paired_card();
    let other = owner.user.path("other computer");
    assert_eq!(
        parse(
            &owner
                .keyfence(&["pairing", "add", "--json"])
                .env("KEYFENCE_DATA_DIR", &other)
                .output()
                .unwrap()
        )
        .0,
        0
    );
    assert_eq!(
        parse(
            &owner
                .keyfence(&["pairing", "remove", "--slot", "0", "--json"])
                .env("KEYFENCE_DATA_DIR", &other)
                .output()
                .unwrap()
        )
        .0,
        0
    );
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "status"])));
    let (code, value) = owner.json(&["pairing", "add"]);
    assert_eq!(
        (code, value["warnings"][0]["code"].as_str()),
        (0, Some("W-PAIRING-REPLACED")),
        "{value:#}"
    );
    owner.result(&["key", "status"]);
}

#[test]
fn the_stored_pairing_is_private_and_never_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let owner = Owner::with_paired_card();
    let uid = owner.result(&["card", "info"])["uid"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = owner
        .user
        .data_dir()
        .join("pairings")
        .join(format!("{uid}.json"));
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let stored: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let key = stored["key"].as_str().unwrap();
    let list = owner
        .keyfence(&["pairing", "list", "--json"])
        .output()
        .unwrap();
    assert!(!String::from_utf8(list.stdout).unwrap().contains(key));
    assert!(!std::fs::read_to_string(&path).unwrap().contains(PASSWORD));
}
