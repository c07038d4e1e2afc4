//! `keyfence key`: mnemonics and seeds in, wrong ones named, nothing lost by accident.

use crate::support::card::{MNEMONIC, Owner, with_input};
use crate::support::{parse, shown, stable};

use insta::assert_snapshot;

#[test]
fn load_status_verify_and_remove_in_words() {
    let owner = Owner::with_paired_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "status"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["export", "whisper"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "load"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "load"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "status"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "verify"])));
    assert_snapshot!(shown(
        owner
            .keyfence(&["key", "verify"])
            .env("KEYFENCE_PASSPHRASE", "TREZOR")
    ));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "remove", "--yes"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["key", "remove", "--yes"])));
}

#[test]
fn a_mnemonic_that_is_none_says_which_word_and_the_card_stays_empty() {
    let owner = Owner::with_paired_card();
    let error = |mnemonic: &str| {
        let (code, value) = owner.json_with("KEYFENCE_MNEMONIC", mnemonic, &["key", "load"]);
        assert_eq!(code, 2, "{value:#}");
        value["error"].clone()
    };
    let unknown = error("test test test tset test test test test test test test junk");
    assert_eq!(
        (
            unknown["code"].as_str(),
            unknown["details"]["word"].as_u64()
        ),
        (Some("E-MNEMONIC-WORD"), Some(4))
    );
    let short = error("test test test");
    assert_eq!(
        (short["code"].as_str(), short["details"]["words"].as_u64()),
        (Some("E-MNEMONIC-LENGTH"), Some(3))
    );
    assert_eq!(
        error(&MNEMONIC.replace("junk", "test"))["code"],
        "E-MNEMONIC-CHECKSUM"
    );
    assert_eq!(owner.result(&["key", "status"])["key_loaded"], false);
    let _filters = stable();
    assert_snapshot!(shown(owner.keyfence(&["key", "load"]).env(
        "KEYFENCE_MNEMONIC",
        "test test test tset test test test test test test test junk"
    )));
}

#[test]
fn a_seed_in_hex_and_its_mnemonic_are_the_same_key() {
    let owner = Owner::with_paired_card();
    let by_words = owner.result(&["key", "load"])["key_uid"].clone();
    let seed = vector_seed(MNEMONIC);
    let arguments = ["key", "load", "--replace", "--seed-from", "stdin", "--json"];
    let (code, value) = parse(&with_input(
        &mut owner.keyfence(&arguments),
        seed.as_bytes(),
    ));
    assert_eq!(
        (code, &value["result"]["key_uid"]),
        (0, &by_words),
        "{value:#}"
    );
    let (code, value) = parse(&with_input(&mut owner.keyfence(&arguments), b"00ff"));
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (2, Some("E-LENGTH")),
        "{value:#}"
    );
}

#[test]
fn an_option_counts_more_than_the_environment_and_two_sources_are_refused() {
    let owner = Owner::with_paired_card();
    let seed = vector_seed(MNEMONIC);
    let by_seed = owner
        .keyfence(&["key", "load", "--json"])
        .env_remove("KEYFENCE_MNEMONIC")
        .env("KEYFENCE_KEY_SEED", &seed)
        .output()
        .unwrap();
    assert_eq!(parse(&by_seed).0, 0);
    assert_eq!(owner.result(&["key", "verify"])["matches"], true);
    let both = [
        "key",
        "verify",
        "--seed-from",
        "env:S",
        "--mnemonic-from",
        "env:M",
    ];
    assert_eq!(owner.error(&both), (2, "E-USAGE".to_owned()));
    assert_eq!(
        owner.error(&[
            "key",
            "verify",
            "--seed-from",
            "env:S",
            "--passphrase-prompt"
        ]),
        (2, "E-USAGE".to_owned())
    );
    // Words and their passphrase, a line each.
    let arguments = [
        "key",
        "verify",
        "--mnemonic-from",
        "stdin",
        "--passphrase-from",
        "stdin",
        "--json",
    ];
    let input = format!("{MNEMONIC}\nTREZOR\n");
    let (code, value) = parse(&with_input(
        &mut owner.keyfence(&arguments),
        input.as_bytes(),
    ));
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (4, Some("E-KEY-DIFFERS"))
    );
}

#[test]
fn a_generated_mnemonic_is_shown_once_and_belongs_to_the_card() {
    let owner = Owner::with_paired_card();
    for words in ["12", "15", "18", "21", "24"] {
        let loaded = owner.result(&["key", "load", "--replace", "--generate", words]);
        let mnemonic = loaded["mnemonic"].as_str().unwrap();
        assert_eq!(mnemonic.split(' ').count().to_string(), words);
        let (code, value) = owner.json_with("KEYFENCE_MNEMONIC", mnemonic, &["key", "verify"]);
        assert_eq!(code, 0, "{value:#}");
    }
    assert_eq!(
        owner.error(&["key", "load", "--replace", "--generate", "13"]),
        (2, "E-USAGE".to_owned())
    );
}

#[test]
fn the_card_makes_a_key_of_its_own() {
    let owner = Owner::with_paired_card();
    let first = owner.result(&["key", "generate"])["key_uid"].clone();
    assert_eq!(
        owner.error(&["key", "generate"]),
        (4, "E-KEY-LOADED".to_owned())
    );
    let second = owner.result(&["key", "generate", "--replace"])["key_uid"].clone();
    assert_ne!(first, second);
    assert_eq!(owner.result(&["key", "status"])["key_uid"], second);
    assert_eq!(
        owner.error(&["key", "verify"]),
        (4, "E-KEY-DIFFERS".to_owned())
    );
}

/// The seed of a mnemonic without passphrase, from test-vectors/eip1581.json.
fn vector_seed(mnemonic: &str) -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../test-vectors/eip1581.json"
    );
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    let vector = vectors
        .iter()
        .find(|vector| vector["mnemonic"] == mnemonic && vector["passphrase"] == "")
        .unwrap();
    vector["seed"].as_str().unwrap().to_owned()
}
