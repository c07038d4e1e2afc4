//! `keyfence sign`, `address`, `pinless`: signatures checked by another implementation, hashes against published ones.

use crate::support::card::{Owner, with_input};
use crate::support::{parse, shown, stable};

use insta::assert_snapshot;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use serde_json::Value;

/// The first account of the mnemonic "test … junk", as every Ethereum development tool shows it.
const ADDRESS: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const HASH: &str = "9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658";

/// The example of EIP-712, and its hash as given there.
const MAIL: &str = r#"{
  "types": {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"}, {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
    "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
    "Mail": [{"name": "from", "type": "Person"}, {"name": "to", "type": "Person"}, {"name": "contents", "type": "string"}]
  },
  "primaryType": "Mail",
  "domain": {"name": "Ether Mail", "version": "1", "chainId": 1, "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
  "message": {
    "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
    "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
    "contents": "Hello, Bob!"
  }
}"#;
const MAIL_HASH: &str = "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2";

/// The public key that a signature of ours leads to, by k256.
fn recovered(signed: &Value) -> String {
    let bytes =
        |name: &str| hex::decode(signed[name].as_str().unwrap().trim_start_matches("0x")).unwrap();
    let signature = bytes("signature");
    let scalars = Signature::from_slice(&signature[..64]).unwrap();
    assert_eq!(scalars.normalize_s(), scalars, "low s");
    let id = RecoveryId::from_byte(signature[64] - 27).unwrap();
    let key = VerifyingKey::recover_from_prehash(&bytes("hash"), &scalars, id).unwrap();
    assert_eq!(bytes("der"), scalars.to_der().as_bytes(), "minimal DER");
    hex::encode(key.to_sec1_point(false).as_bytes())
}

#[test]
fn a_hash_a_message_and_typed_data_are_signed_by_the_account() {
    let owner = Owner::with_key();
    owner.user.file("mail.json", MAIL);
    for (arguments, hash) in [
        (
            &["sign", "hash", HASH][..],
            "0x9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658",
        ),
        // ethers' documentation of hashMessage has this hash.
        (
            &["sign", "message", "Hello World"],
            "0xa1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2",
        ),
        (&["sign", "typed-data", "mail.json"], MAIL_HASH),
    ] {
        let signed = owner.result(arguments);
        assert_eq!(
            (signed["hash"].as_str(), signed["address"].as_str()),
            (Some(hash), Some(ADDRESS)),
            "{arguments:?}"
        );
        assert_eq!(recovered(&signed), signed["public_key"].as_str().unwrap());
    }
    let other = owner.result(&["sign", "hash", HASH, "--path", "m/44'/60'/0'/0/1"]);
    assert_ne!(other["address"], ADDRESS);
    assert_eq!(recovered(&other), other["public_key"].as_str().unwrap());
}

#[test]
fn a_message_may_come_from_a_file_or_standard_input() {
    let owner = Owner::with_key();
    owner.user.file("message", "Hello World");
    let by_file = owner.result(&["sign", "message", "--file", "message"]);
    let (code, by_input) = parse(&with_input(
        &mut owner.keyfence(&["sign", "message", "--file", "-", "--json"]),
        b"Hello World",
    ));
    assert_eq!((code, &by_input["result"]["hash"]), (0, &by_file["hash"]));
    let (code, typed) = parse(&with_input(
        &mut owner.keyfence(&["sign", "typed-data", "-", "--json"]),
        MAIL.as_bytes(),
    ));
    assert_eq!(
        (code, typed["result"]["hash"].as_str()),
        (0, Some(MAIL_HASH))
    );
}

#[test]
fn in_words() {
    let owner = Owner::with_key();
    owner.user.file("mail.json", MAIL);
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "sign",
        "typed-data",
        "mail.json"
    ])));
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "address",
        "m/44'/60'/0'/0/0",
        "44h/60h/0h/0/1"
    ])));
    assert_snapshot!(shown(&mut owner.keyfence(&["address", "--json"])));
}

#[test]
fn what_cannot_be_signed_is_told_before_the_pin() {
    let owner = Owner::with_key();
    owner.user.file("text", "hello");
    owner.user.file(
        "mail.json",
        MAIL.replace("\"primaryType\": \"Mail\"", "\"primaryType\": \"Male\""),
    );
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&["sign", "hash", "1234"])));
    assert_snapshot!(shown(&mut owner.keyfence(&["sign", "typed-data", "text"])));
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "sign",
        "typed-data",
        "mail.json"
    ])));
    assert_snapshot!(shown(
        &mut owner.keyfence(&["sign", "message", "--file", "missing"])
    ));
}

#[test]
fn one_path_may_sign_without_a_pin_until_it_is_unset() {
    let owner = Owner::with_key();
    let _filters = stable();
    assert_eq!(
        owner.error(&["sign", "hash", "--pinless", HASH]),
        (4, "E-PINLESS-NONE".to_owned())
    );
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "pinless",
        "set",
        "m/44'/60'/0'/0/0"
    ])));
    // No PIN and no pairing.
    let output = owner
        .keyfence(&["sign", "hash", "--pinless", HASH, "--json"])
        .env_remove("KEYFENCE_PIN")
        .env("KEYFENCE_DATA_DIR", owner.user.path("elsewhere"))
        .output()
        .unwrap();
    let signed = parse(&output).1["result"].clone();
    assert_eq!(
        (signed["address"].as_str(), &signed["path"]),
        (Some(ADDRESS), &Value::Null)
    );
    assert_eq!(recovered(&signed), signed["public_key"].as_str().unwrap());
    assert_snapshot!(shown(&mut owner.keyfence(&["pinless", "unset"])));
    assert_eq!(
        owner.error(&["sign", "hash", "--pinless", HASH]),
        (4, "E-PINLESS-NONE".to_owned())
    );
    // At or below what may be exported there is none, and not for the master.
    assert_eq!(
        owner.error(&["pinless", "set", "m/43'/60'/1581'/1'/0"]),
        (5, "E-POLICY-PINLESS".to_owned())
    );
    assert_eq!(
        owner.error(&["pinless", "set", "m"]),
        (2, "E-PINLESS-MASTER".to_owned())
    );
}
