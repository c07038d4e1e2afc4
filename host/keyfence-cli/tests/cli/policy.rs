//! `keyfence policy` and `keyfence authority`: from a TOML file to a key that leaves a card already in use, and all that is refused.

use crate::support::card::Owner;
use crate::support::{User, shown, stable};

use insta::assert_snapshot;
use keyfence::policy::{Policy, PolicyAuthority as _, SoftwareAuthority};
use serde_json::Value;

const NOTES: &str = r#"sequence = 1

[[rule]]
name = "Chat identity and database"
path = "m/43'/60'/1581'/[0'..1']/{1..6}"
reason = "EIP-1581: the keys that chat clients take off the card"

[[rule]]
name = "Notes"
path = "m/43'/60'/1581'/[2']/{1..6}"
reason = "the key that encrypts notes"
"#;
const NEW_KEY_TYPE: &str = "m/43'/60'/1581'/2'/0";
const NEW_KEY: &str = "e22cbd1303ad899305e7e471d158eeba1fd383f8f2d963a5e8a7eb727b7456c2";

/// A made-up authority whose key these tests know: its signatures always have the same length.
fn authority(byte: u8) -> SoftwareAuthority {
    SoftwareAuthority::from_secret(&[byte; 32]).unwrap()
}

/// Writes its public key.
fn public_file(user: &User, name: &str, byte: u8) {
    user.file(name, hex::encode(authority(byte).public_key().as_bytes()));
}

/// TOML, built, and signed elsewhere by the authority of this byte: NAME.toml, NAME.policy, NAME.signed.
fn sign(user: &User, name: &str, toml: &str, byte: u8) {
    user.file(&format!("{name}.toml"), toml);
    user.result(&[
        "policy",
        "build",
        &format!("{name}.toml"),
        "--out",
        &format!("{name}.policy"),
        "--unchecked",
        "--force",
    ]);
    attach(user, name, byte);
}

fn attach(user: &User, name: &str, byte: u8) {
    let policy =
        Policy::decode(&std::fs::read(user.path(&format!("{name}.policy"))).unwrap()).unwrap();
    user.file("signature.der", authority(byte).sign(&policy).unwrap());
    public_file(user, "signer.pub", byte);
    user.result(&[
        "policy",
        "sign",
        &format!("{name}.policy"),
        "--signature",
        "signature.der",
        "--authority",
        "signer.pub",
        "--out",
        &format!("{name}.signed"),
        "--force",
    ]);
}

fn wallet(sequence: u32, path: &str) -> String {
    format!(
        "sequence = {sequence}\n[[rule]]\nname = \"Wallet\"\npath = \"{path}\"\nreason = \"must not work\"\n"
    )
}

/// A card with authority 1, paired, with a key on it.
fn card_with_authority() -> Owner {
    let owner = Owner::with_new_card();
    public_file(&owner.user, "authority.pub", 1);
    owner.result(&["card", "init", "--authority", "authority.pub"]);
    owner.result(&["pairing", "add"]);
    owner.result(&["key", "load"]);
    owner
}

#[test]
fn an_authority_s_key_is_encrypted_and_its_public_key_lies_beside_it() {
    let user = User::new();
    let with = |passphrase: &str, arguments: &[&str]| {
        let mut command = user.keyfence(&[&["--json"], arguments].concat());
        let output = command
            .env("KEYFENCE_AUTHORITY_PASSPHRASE", passphrase)
            .output()
            .unwrap();
        crate::support::parse(&output)
    };
    let (code, made) = with(
        "correct horse",
        &["authority", "new", "--out", "authority.age"],
    );
    assert_eq!(code, 0, "{made:#}");
    let file = std::fs::read_to_string(user.path("authority.age")).unwrap();
    assert!(
        file.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"),
        "{file}"
    );
    for name in ["authority.age", "authority.pub"] {
        let (code, shown) = with("correct horse", &["authority", "show", name]);
        assert_eq!(
            (code, &shown["result"]["fingerprint"]),
            (0, &made["result"]["fingerprint"])
        );
    }
    let error = |value: &Value| {
        value["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (code, refused) = with("wrong horse", &["authority", "show", "authority.age"]);
    assert_eq!(
        (code, error(&refused).as_str()),
        (6, "E-AUTHORITY-PASSPHRASE")
    );
    let (code, refused) = with(
        "correct horse",
        &["authority", "new", "--out", "authority.age"],
    );
    assert_eq!((code, error(&refused).as_str()), (2, "E-FILE-EXISTS"));
    let (code, refused) = with("", &["authority", "new", "--out", "other.age"]);
    assert_eq!((code, error(&refused).as_str()), (2, "E-PASSPHRASE-EMPTY"));
    user.file("rubbish", "no key");
    assert_eq!(
        user.error(&["authority", "show", "rubbish"]),
        (7, "E-AUTHORITY-FILE".into())
    );

    // What it signs verifies, by its public file and by the digits themselves; a public key can't sign.
    user.file("notes.toml", NOTES);
    user.result(&["policy", "build", "notes.toml", "--out", "notes.policy"]);
    let sign = [
        "policy",
        "sign",
        "notes.policy",
        "--out",
        "notes.signed",
        "--key",
    ];
    assert_eq!(
        error(&with("wrong", &[&sign[..], &["authority.age"]].concat()).1),
        "E-AUTHORITY-PASSPHRASE"
    );
    assert_eq!(
        error(&with("", &[&sign[..], &["authority.pub"]].concat()).1),
        "E-AUTHORITY-FILE"
    );
    assert_eq!(
        with("correct horse", &[&sign[..], &["authority.age"]].concat()).0,
        0
    );
    let digits = made["result"]["public_key"].as_str().unwrap().to_owned();
    user.result(&[
        "policy",
        "verify",
        "notes.signed",
        "--authority",
        "authority.pub",
    ]);
    user.result(&[
        "policy",
        "verify",
        "notes.signed",
        "--authority",
        "authority.age",
    ]);
    user.result(&["policy", "verify", "notes.signed", "--authority", &digits]);
    public_file(&user, "other.pub", 2);
    assert_eq!(
        user.error(&[
            "policy",
            "verify",
            "notes.signed",
            "--authority",
            "other.pub"
        ]),
        (5, "E-POLICY-SIGNATURE".into())
    );
    assert_eq!(
        user.error(&[
            "policy",
            "verify",
            "notes.policy",
            "--authority",
            "other.pub"
        ]),
        (2, "E-POLICY-UNSIGNED".into())
    );
}

#[test]
fn a_policy_is_built_looked_over_and_signed_without_a_card() {
    let user = User::new();
    let _filters = stable();
    user.file("notes.toml", NOTES);
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "build",
        "notes.toml",
        "--out",
        "notes.policy"
    ])));
    assert_eq!(
        user.error(&["policy", "build", "notes.toml", "--out", "notes.policy"]),
        (2, "E-FILE-EXISTS".into())
    );
    assert_eq!(
        user.error(&["policy", "build", "notes.policy", "--out", "x"]),
        (2, "E-POLICY-BUILT".into())
    );
    attach(&user, "notes", 1);
    assert_snapshot!(shown(&mut user.keyfence(&["policy", "show", "notes.toml"])));
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "verify",
        "notes.signed",
        "--authority",
        "signer.pub"
    ])));
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "show",
        "notes.signed",
        "--json"
    ])));

    // A signature of somebody else's is not attached.
    public_file(&user, "other.pub", 2);
    let attach = [
        "policy",
        "sign",
        "notes.policy",
        "--signature",
        "signature.der",
        "--authority",
        "other.pub",
        "--out",
        "x",
    ];
    assert_eq!(user.error(&attach), (5, "E-POLICY-SIGNATURE".into()));
    assert_eq!(
        user.error(&[
            "policy",
            "sign",
            "notes.toml",
            "--signature",
            "signature.der",
            "--authority",
            "signer.pub",
            "--out",
            "x"
        ]),
        (2, "E-POLICY-SOURCE".into())
    );
    assert_eq!(
        user.error(&[
            "policy",
            "sign",
            "notes.signed",
            "--signature",
            "signature.der",
            "--authority",
            "signer.pub",
            "--out",
            "x"
        ]),
        (2, "E-POLICY-SIGNED".into())
    );

    user.file(
        "narrower.toml",
        NOTES
            .replace("[0'..1']/{1..6}", "[0'..1']/{1..3}")
            .replace("[2']", "[4'..9']"),
    );
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "diff",
        "notes.signed",
        "narrower.toml"
    ])));
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "diff",
        "notes.signed",
        "notes.toml"
    ])));
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "check",
        NEW_KEY_TYPE,
        "m/43'/60'/1581'/0'/0",
        "--policy",
        "notes.toml"
    ])));
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "check",
        NEW_KEY_TYPE,
        "m/44'/60'/0'/0/0",
        "--policy",
        "narrower.toml"
    ])));
}

#[test]
fn what_is_wrong_with_a_policy_file_is_said_and_where() {
    let user = User::new();
    let _filters = stable();
    let build = |toml: &str| {
        user.file("bad.toml", toml);
        shown(&mut user.keyfence(&["policy", "build", "bad.toml", "--out", "bad.policy"]))
    };
    let all = [
        build(&NOTES.replace("[2']", "[2]")),
        build(&NOTES.replace("[0'..1']", "[0’..1']")),
        build(&NOTES.replace("/{1..6}\"\nreason = \"the", "\"\nreason = \"the")),
        build(&NOTES.replace("sequence = 1", "sequence = 4294967295")),
        build(&NOTES.replace("sequence = 1", "sequence = -1")),
        build(&NOTES.replace("name = \"Notes\"", "name = \" \"")),
        build(&NOTES.replace("reason = \"the", "because = \"the")),
        build(&NOTES.replace("sequence = 1", "sequence = 1\ncard = \"12\"")),
        build(&NOTES.replace("[2']/{1..6}", "[0'..1']/{1..6}")),
        build(&wallet(1, "m/44'/60'/[0']/{0..2}")),
        build(&wallet(1, "m/[44']/{0}")),
    ];
    assert_snapshot!(all.join("\n"));
    assert!(!user.path("bad.policy").exists());
    // `apply` shows names and reasons before it asks: none may rub out or forge what stands beside it.
    for hidden in [
        "\\u001b[2K",
        "\\n",
        "\\u007f",
        "\\u009b",
        "\\u202e",
        "\\u2066",
        "\\u2028",
    ] {
        for (good, bad) in [("Notes", "No{}tes"), ("encrypts notes", "encrypts {}notes")] {
            user.file("bad.toml", NOTES.replace(good, &bad.replace("{}", hidden)));
            let args = ["policy", "build", "bad.toml", "--out", "bad.policy"];
            assert_eq!(user.error(&args), (2, "E-POLICY-TOML".into()), "{hidden}");
        }
    }
    user.file("zero", [0, 1, 2]);
    assert_eq!(
        user.error(&["policy", "show", "zero"]),
        (2, "E-POLICY-TOML".into())
    );
    user.file("cut", [1, 0, 0]);
    assert_eq!(
        user.error(&["policy", "show", "cut"]),
        (7, "E-POLICY-ENCODING".into())
    );
}

#[test]
fn the_linter_looks_at_one_and_at_several() {
    let user = User::new();
    let _filters = stable();
    user.file("notes.toml", NOTES);
    user.file("wide.toml", wallet(1, "m/43'/[0'..999']/{0}"));
    user.file("wallet.toml", wallet(2, "m/84'/0'/[0']/{2}"));
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "lint",
        "notes.toml",
        "wide.toml"
    ])));
    assert_snapshot!(shown(&mut user.keyfence(&[
        "policy",
        "lint",
        "wallet.toml"
    ])));
    assert_eq!(
        user.error(&["policy", "lint", "wallet.toml"]),
        (5, "E-POLICY-LINT".into())
    );
}

#[test]
fn a_new_key_type_is_opened_on_a_card_in_use() {
    let owner = card_with_authority();
    let _filters = stable();
    assert_eq!(
        owner.error(&["export", NEW_KEY_TYPE]),
        (5, "E-POLICY-REFUSED".into())
    );
    assert_snapshot!(shown(&mut owner.keyfence(&["policy", "show"])));

    sign(&owner.user, "notes", NOTES, 1);
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "policy",
        "diff",
        "notes.signed"
    ])));
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "policy",
        "apply",
        "notes.signed",
        "--source",
        "notes.toml",
        "--yes"
    ])));
    assert_eq!(
        owner.result(&["export", NEW_KEY_TYPE])["keys"][0]["private_key"],
        NEW_KEY
    );
    assert_snapshot!(shown(&mut owner.keyfence(&["policy", "show", "--json"])));

    // The same number again, and an older one: the host says so, and so does the card when it is asked all the same.
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "policy",
        "apply",
        "notes.signed",
        "--yes"
    ])));
    assert_eq!(
        owner.error(&["policy", "apply", "notes.signed", "--yes", "--unchecked"]),
        (5, "E-POLICY-STATE".into())
    );
    // Wallets: from beside, and from above.
    for path in ["m/44'/60'/[0']/{0..2}", "m/[44']/{0}"] {
        sign(&owner.user, "wallet", &wallet(2, path), 1);
        assert_eq!(
            owner.error(&["policy", "apply", "wallet.signed", "--yes"]),
            (5, "E-POLICY-FLOOR".into())
        );
        assert_eq!(
            owner.error(&["policy", "apply", "wallet.signed", "--yes", "--unchecked"]),
            (5, "E-POLICY-CONTENT".into())
        );
    }
    // Another authority's.
    sign(
        &owner.user,
        "other",
        &NOTES.replace("sequence = 1", "sequence = 2"),
        2,
    );
    assert_eq!(
        owner.error(&["policy", "apply", "other.signed", "--yes"]),
        (5, "E-POLICY-SIGNATURE".into())
    );
    // Another card's.
    let uid = "00112233445566778899aabbccddeeff";
    sign(
        &owner.user,
        "bound",
        &NOTES.replace("sequence = 1", &format!("sequence = 2\ncard = \"{uid}\"")),
        1,
    );
    assert_eq!(
        owner.error(&["policy", "apply", "bound.signed", "--yes"]),
        (5, "E-POLICY-OTHER-CARD".into())
    );
    assert_eq!(
        owner.result(&["export", NEW_KEY_TYPE])["keys"][0]["private_key"],
        NEW_KEY
    );

    // Names and reasons of another file than the one that was signed aren't believed; without --yes somebody must be there to ask.
    sign(
        &owner.user,
        "next",
        &NOTES
            .replace("sequence = 1", "sequence = 2")
            .replace("[2']", "[3']"),
        1,
    );
    assert_eq!(
        owner.error(&[
            "policy",
            "apply",
            "next.signed",
            "--source",
            "notes.toml",
            "--yes"
        ]),
        (2, "E-POLICY-SOURCE".into())
    );
    assert_eq!(
        owner.error(&["policy", "apply", "next.signed"]),
        (2, "E-NO-TERMINAL".into())
    );
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "policy",
        "lint",
        "--card",
        "next.signed"
    ])));
    // A wrong PIN changes nothing.
    let (code, wrong) = owner.json_with(
        "KEYFENCE_PIN",
        "999999",
        &["policy", "apply", "next.signed", "--yes"],
    );
    assert_eq!(
        (code, &wrong["error"]["details"]["tries_left"]),
        (6, &2.into()),
        "{wrong:#}"
    );
    assert_eq!(owner.result(&["policy", "show"])["sequence"], 1);
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "policy",
        "apply",
        "next.signed",
        "--yes"
    ])));
    assert_eq!(
        owner.error(&["export", NEW_KEY_TYPE]),
        (5, "E-POLICY-REFUSED".into())
    );
}

#[test]
fn an_authority_hands_over_and_the_pairing_knows() {
    let owner = card_with_authority();
    let successor = hex::encode(authority(2).public_key().as_bytes());
    sign(
        &owner.user,
        "handover",
        &NOTES.replace(
            "sequence = 1",
            &format!("sequence = 1\nsuccessor = \"{successor}\""),
        ),
        1,
    );
    owner.result(&["policy", "apply", "handover.signed", "--yes"]);
    let fingerprint = authority(2).public_key().fingerprint().to_string();
    assert_eq!(owner.result(&["policy", "show"])["authority"], fingerprint);
    let second = NOTES.replace("sequence = 1", "sequence = 2");
    sign(&owner.user, "second", &second, 1);
    assert_eq!(
        owner.error(&["policy", "apply", "second.signed", "--yes"]),
        (5, "E-POLICY-SIGNATURE".into())
    );
    sign(&owner.user, "second", &second, 2);
    owner.result(&["policy", "apply", "second.signed", "--yes"]);
    // The next pairing expects the successor.
    owner.result(&["pairing", "remove"]);
    assert_eq!(
        owner.result(&["pairing", "add"])["policy_authority"],
        fingerprint
    );
}

#[test]
fn a_rule_is_switched_off_and_the_policy_frozen() {
    let owner = card_with_authority();
    let _filters = stable();
    sign(&owner.user, "notes", NOTES, 1);
    owner.result(&["policy", "apply", "notes.signed", "--yes"]);
    assert_eq!(
        owner.error(&["policy", "narrow", "2", "--yes"]),
        (2, "E-POLICY-NO-SUCH-RULE".into())
    );
    assert_eq!(
        owner.error(&["policy", "narrow", "1"]),
        (2, "E-NO-TERMINAL".into())
    );
    assert_snapshot!(shown(
        &mut owner.keyfence(&["policy", "narrow", "1", "--yes"])
    ));
    assert_eq!(
        owner.result(&["policy", "narrow", "1", "--yes"])["already"],
        true
    );
    assert_eq!(
        owner.error(&["export", NEW_KEY_TYPE]),
        (5, "E-POLICY-SWITCHED-OFF".into())
    );
    // Its extended public keys stay refused.
    assert_eq!(
        owner
            .error(&["export", "--extended-public", "m/43'/60'/1581'/2'"])
            .0,
        5
    );
    assert_snapshot!(shown(&mut owner.keyfence(&["policy", "freeze", "--yes"])));
    assert_eq!(
        owner.result(&["policy", "freeze", "--yes"])["already"],
        true
    );
    assert_snapshot!(shown(&mut owner.keyfence(&["policy", "show"])));
    sign(
        &owner.user,
        "next",
        &NOTES.replace("sequence = 1", "sequence = 2"),
        1,
    );
    assert_eq!(
        owner.error(&["policy", "apply", "next.signed", "--yes"]),
        (5, "E-POLICY-FROZEN".into())
    );
    assert_eq!(
        owner.error(&["policy", "apply", "next.signed", "--yes", "--unchecked"]),
        (5, "E-POLICY-STATE".into())
    );
}

#[test]
fn the_owner_is_asked_before_anything_changes() {
    let owner = card_with_authority();
    sign(&owner.user, "notes", NOTES, 1);
    for (answer, says, code, sequence) in [
        ("n", "[E-DECLINED]", 2, 0),
        ("y", "applied: the card confirms digest", 0, 1),
    ] {
        let command = owner.keyfence(&["policy", "apply", "notes.signed"]);
        let mut terminal = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
        terminal.exp_string("gives away").unwrap();
        terminal.exp_string("Apply this policy? [y/N]: ").unwrap();
        terminal.send_line(answer).unwrap();
        terminal.exp_string(says).unwrap();
        terminal.exp_eof().unwrap();
        let status = terminal.process().wait().unwrap();
        assert!(
            matches!(status, rexpect::process::WaitStatus::Exited(_, exit) if exit == code),
            "{status:?}"
        );
        assert_eq!(owner.result(&["policy", "show"])["sequence"], sequence);
    }
}

#[test]
fn without_an_authority_nothing_opens() {
    let owner = Owner::with_key();
    sign(&owner.user, "notes", NOTES, 1);
    assert_eq!(
        owner.error(&["policy", "apply", "notes.signed", "--yes"]),
        (5, "E-POLICY-NO-AUTHORITY".into())
    );
    assert_eq!(
        owner.error(&["policy", "apply", "notes.signed", "--yes", "--unchecked"]),
        (5, "E-POLICY-STATE".into())
    );
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "policy",
        "check",
        "m/43'/60'/1581'/0'/0"
    ])));
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "policy",
        "check",
        "m/43'/60'/1581'/0'"
    ])));
}
