//! `keyfence pairing export` and `import`: a pairing goes to a second computer, and only with its passphrase.

use crate::support::card::{Owner, WHISPER_PRIVATE};
use crate::support::{parse, shown, stable};

use insta::assert_snapshot;

const PASSPHRASE: (&str, &str) = ("KEYFENCE_TRANSFER_PASSPHRASE", "correct horse");

#[test]
fn a_second_computer_uses_the_pairing() {
    let owner = Owner::with_key();
    let _filters = stable();
    assert_snapshot!(shown(
        owner
            .keyfence(&["pairing", "export", "laptop.age"])
            .env(PASSPHRASE.0, PASSPHRASE.1)
    ));
    let sealed = std::fs::read_to_string(owner.user.path("laptop.age")).unwrap();
    assert!(
        sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"),
        "{sealed}"
    );
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            owner
                .user
                .path("laptop.age")
                .metadata()
                .unwrap()
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
    }
    let on_laptop = |arguments: &[&str]| {
        let mut command = owner.keyfence(arguments);
        command
            .env("KEYFENCE_DATA_DIR", owner.user.path("laptop"))
            .env(PASSPHRASE.0, PASSPHRASE.1);
        command
    };
    assert_snapshot!(shown(&mut on_laptop(&["key", "status"])));
    assert_snapshot!(shown(
        on_laptop(&["pairing", "import", "laptop.age"]).env(PASSPHRASE.0, "wrong")
    ));
    assert_snapshot!(shown(&mut on_laptop(&["pairing", "import", "laptop.age"])));
    let exported = parse(
        &on_laptop(&["export", "whisper", "--json"])
            .output()
            .unwrap(),
    )
    .1;
    assert_eq!(
        exported["result"]["keys"][0]["private_key"],
        WHISPER_PRIVATE
    );
    // Twice: neither the file nor the pairing is replaced by accident.
    assert_snapshot!(shown(&mut on_laptop(&["pairing", "import", "laptop.age"])));
    assert_eq!(
        owner
            .json_with(
                PASSPHRASE.0,
                PASSPHRASE.1,
                &["pairing", "export", "laptop.age"]
            )
            .1["error"]["code"],
        "E-FILE-EXISTS"
    );
}

#[test]
fn what_is_no_transfer_file_is_refused() {
    let owner = Owner::with_paired_card();
    owner.user.file("text", "hello");
    let (code, value) = owner.json_with(PASSPHRASE.0, PASSPHRASE.1, &["pairing", "import", "text"]);
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (7, Some("E-TRANSFER"))
    );
    let (code, value) = owner.json_with(PASSPHRASE.0, "", &["pairing", "export", "laptop.age"]);
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (2, Some("E-PASSPHRASE-EMPTY"))
    );
    let (code, value) = owner.json_with(
        PASSPHRASE.0,
        PASSPHRASE.1,
        &["pairing", "export", "--uid", "00", "laptop.age"],
    );
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (2, Some("E-PAIRING-NOT-HERE"))
    );
}
