//! `keyfence message` and `keyfence store`: Alice and Bob with a card each, their stores, pipes, and what goes wrong.

use std::path::Path;
use std::process::Command;

use crate::support::card::{Owner, WHISPER_PUBLIC, with_input};
use crate::support::parse;

const BOBS_MNEMONIC: &str =
    "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// Bob has another key on his card.
fn bob() -> Owner {
    let owner = Owner::with_paired_card();
    let (code, value) = owner.json_with("KEYFENCE_MNEMONIC", BOBS_MNEMONIC, &["key", "load"]);
    assert_eq!(code, 0, "{value:#}");
    owner
}

fn public_key(owner: &Owner) -> String {
    let keys = owner.result(&["export", "whisper", "--public"]);
    keys["keys"][0]["public_key"].as_str().unwrap().to_owned()
}

/// Standard output of a command with this standard input; it must succeed.
fn piped(mut command: Command, input: &[u8]) -> Vec<u8> {
    let output = with_input(&mut command, input);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Exit code and error code of a command with this standard input; it must fail.
fn refused(mut command: Command, input: &[u8]) -> (i32, String) {
    let (code, value) = parse(&with_input(command.arg("--json"), input));
    assert_ne!(code, 0, "{value:#}");
    (code, value["error"]["code"].as_str().unwrap().to_owned())
}

fn result(mut command: Command, input: &[u8]) -> serde_json::Value {
    let (code, mut value) = parse(&with_input(command.arg("--json"), input));
    assert_eq!(code, 0, "{value:#}");
    value["result"].take()
}

#[test]
fn alice_writes_to_bob_and_both_to_a_public_chat() {
    let (alice, bob) = (Owner::with_key(), bob());
    let (alice_key, bob_key) = (public_key(&alice), public_key(&bob));
    assert_eq!(alice_key, WHISPER_PUBLIC);
    assert_ne!(alice_key, bob_key);

    // Alice seals and signs; what goes through the pipe shows nothing.
    let envelope = piped(
        alice.keyfence(&["message", "seal", "--to", &bob_key]),
        b"Hello Bob",
    );
    let text = String::from_utf8(envelope.clone()).unwrap();
    assert!(text.trim_end().bytes().all(|b| b.is_ascii_hexdigit()) && text.ends_with('\n'));

    // Only Bob opens it, and sees that it is Alice's.
    let (code, error) = refused(alice.keyfence(&["message", "open"]), &envelope);
    assert_eq!((code, error.as_str()), (7, "E-ENVELOPE-TOPIC"));
    let opened = result(
        bob.keyfence(&["message", "open", "--name", "Alice"]),
        &envelope,
    );
    let message = &opened["messages"][0];
    assert_eq!(message["text"], "Hello Bob");
    assert_eq!(message["from"], alice_key);
    assert_eq!(message["from_name"], "Alice");
    assert_eq!(message["kind"], "personal");

    // It is in his encrypted store; opening it again stores nothing twice.
    piped(bob.keyfence(&["message", "open"]), &envelope);
    let list = bob.result(&["message", "list"]);
    assert_eq!(list["messages"].as_array().unwrap().len(), 1);
    assert_eq!(list["messages"][0]["text"], "Hello Bob");
    assert_eq!(bob.result(&["message", "show", "1"])["from_name"], "Alice");
    let status = bob.result(&["store", "status"]);
    assert_eq!(
        (&status["messages"], &status["sound"]),
        (&1.into(), &true.into())
    );
    let store = status["file"].as_str().unwrap().to_owned();
    let content = std::fs::read(&store).unwrap();
    assert!(!content.windows(9).any(|bytes| bytes == b"Hello Bob"));

    // He answers her by the name that he gave her; she lists what she sent and received.
    let answer = piped(
        bob.keyfence(&["message", "seal", "--to", "Alice", "--via", "partitioned"]),
        b"Hello Alice",
    );
    piped(alice.keyfence(&["message", "open"]), &answer);
    let list = alice.result(&["message", "list"]);
    let directions: Vec<_> = list["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            (
                message["direction"].as_str().unwrap(),
                message["text"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(directions.contains(&("sent", "Hello Bob")));
    assert!(directions.contains(&("received", "Hello Alice")));
    assert_eq!(list["messages"].as_array().unwrap().len(), 2);
    let from_bob = alice.result(&["message", "list", "--from", &bob_key]);
    assert_eq!(from_bob["messages"].as_array().unwrap().len(), 1);

    // The topic that only the two know: opened by who names the other.
    let secret = piped(
        alice.keyfence(&["message", "seal", "--to", &bob_key, "--via", "negotiated"]),
        b"psst",
    );
    let (code, error) = refused(bob.keyfence(&["message", "open"]), &secret);
    assert_eq!((code, error.as_str()), (7, "E-ENVELOPE-TOPIC"));
    let opened = result(
        bob.keyfence(&["message", "open", "--from", "Alice"]),
        &secret,
    );
    assert_eq!(opened["messages"][0]["kind"], "negotiated");

    // The public chat: everybody who knows its name. Bob remembers it from then on.
    let chat = piped(
        alice.keyfence(&["message", "seal", "--chat", "status", "--format", "json"]),
        b"Hello all",
    );
    assert!(serde_json::from_slice::<serde_json::Value>(&chat).unwrap()["topic"] == "0xcd423760");
    let opened = result(
        bob.keyfence(&["message", "open", "--chat", "status"]),
        &chat,
    );
    assert_eq!(opened["messages"][0]["chat"], "status");
    assert_eq!(opened["messages"][0]["from_name"], "Alice");
    let second = piped(
        alice.keyfence(&[
            "message",
            "seal",
            "--chat",
            "status",
            "--unsigned",
            "--format",
            "json",
        ]),
        b"Guess who",
    );
    let opened = result(bob.keyfence(&["message", "open"]), &second);
    assert!(opened["messages"][0]["from"].is_null());
    let list = bob.result(&["message", "list", "--chat", "status"]);
    assert_eq!(list["messages"].as_array().unwrap().len(), 2);

    // Several at once, one of them not Bob's: the rest are opened.
    let not_his = piped(
        bob.keyfence(&["message", "seal", "--to", &alice_key, "--unsigned"]),
        b"x",
    );
    let many = [&envelope[..], b"\n", &chat, &not_his].concat();
    let (code, value) = parse(&with_input(
        bob.keyfence(&["message", "open"]).arg("--json"),
        &many,
    ));
    assert_eq!(code, 0, "{value:#}");
    assert_eq!(value["result"]["messages"].as_array().unwrap().len(), 2);
    assert!(
        value["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|warning| warning["code"] == "W-ENVELOPE-SKIPPED")
    );

    // Bob's store and Alice's card: refused, and the file is as it was.
    let before = std::fs::read(&store).unwrap();
    for arguments in [
        &["message", "list", "--store", &store][..],
        &["message", "show", "1", "--store", &store],
        &["store", "status", "--store", &store],
        &[
            "store",
            "status",
            "--store",
            &store,
            "--store-format",
            "status",
        ],
        &["store", "backup", "copy.db", "--store", &store],
    ] {
        let (code, error) = alice.error(arguments);
        assert_eq!((code, error.as_str()), (7, "E-STORE-KEY"), "{arguments:?}");
    }
    let (code, error) = refused(
        alice.keyfence(&["message", "open", "--store", &store]),
        &answer,
    );
    assert_eq!((code, error.as_str()), (7, "E-STORE-KEY"));
    let output = alice
        .keyfence(&["store", "status", "--store", &store])
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(
        shown.contains("this database belongs to another key"),
        "{shown}"
    );
    assert!(!shown.contains("CORE"), "{shown}");
    assert!(std::fs::read(&store).unwrap() == before);
    assert!(!alice.user.path("copy.db").exists());
}

#[test]
fn payloads_of_any_kind_through_files_and_pipes() {
    let owner = Owner::with_key();
    let key = public_key(&owner);
    let payload: Vec<u8> = (0..70_000u32).map(|n| (n * 7 % 251) as u8).collect();
    let file = owner.user.file("payload", &payload);
    let seal = |format: &str, out: &str| {
        owner.result(&[
            "message",
            "seal",
            "--to",
            &key,
            "--in",
            file.to_str().unwrap(),
            "--format",
            format,
            "--out",
            out,
            "--work",
            "0.0001",
        ])
    };
    for format in ["binary", "hex", "json"] {
        let out = format!("envelope.{format}");
        let sealed = seal(format, &out);
        assert_eq!(sealed["signed"], true);
        let open = ["message", "open", "--raw", "--min-work", "0.0001"];
        let bytes = std::fs::read(owner.user.path(&out)).unwrap();
        assert!(piped(owner.keyfence(&open), &bytes) == payload, "{format}");
        let named = owner
            .keyfence(&[&open[..], &[out.as_str()]].concat())
            .output()
            .unwrap();
        assert!(named.stdout == payload, "{format}");
    }
    let (code, error) = owner.error(&[
        "message",
        "seal",
        "--to",
        &key,
        "--in",
        "payload",
        "--out",
        "envelope.hex",
    ]);
    assert_eq!((code, error.as_str()), (2, "E-FILE-EXISTS"));
    // A binary envelope in a pipe, and nothing else.
    let binary = piped(
        owner.keyfence(&[
            "message",
            "seal",
            "--chat",
            "x",
            "--format",
            "binary",
            "--no-store",
        ]),
        b"",
    );
    assert!(binary[0] >= 0xC0);
    let opened = result(
        owner.keyfence(&["message", "open", "--chat", "x", "--no-store"]),
        &binary,
    );
    assert_eq!(
        (
            &opened["messages"][0]["text"],
            &opened["messages"][0]["length"]
        ),
        (&"".into(), &0.into())
    );
    assert!(opened["messages"][0]["id"].is_null());
}

#[test]
fn sealing_without_a_card() {
    let user = crate::support::User::new();
    let to = WHISPER_PUBLIC;
    let seal = ["message", "seal", "--unsigned", "--to", to];
    let envelope = piped(user.keyfence(&seal), b"Guess who");
    assert!(envelope.len() > 600);
    // What isn't a key is said, and a contact's name needs a store.
    let (code, error) = refused(
        user.keyfence(&["message", "seal", "--unsigned", "--to", "Bob"]),
        b"x",
    );
    assert_eq!((code, error.as_str()), (7, "E-PUBLIC-KEY"));
    let work = [&seal[..], &["--work", "1e12", "--work-limit", "0"]].concat();
    assert_eq!(
        refused(user.keyfence(&work), b"x"),
        (7, "E-WORK-LIMIT".into())
    );
    let never = [&seal[..], &["--work", "1e300"]].concat();
    assert_eq!(
        refused(user.keyfence(&never), b"x"),
        (7, "E-WORK-TARGET".into())
    );
    let (code, error) = refused(user.keyfence(&["message", "seal", "--unsigned"]), b"x");
    assert_eq!((code, error.as_str()), (2, "E-USAGE"));
}

#[test]
fn envelopes_that_are_refused() {
    let owner = Owner::with_key();
    let key = public_key(&owner);
    let open = ["message", "open"];
    for (input, expected) in [
        (&b""[..], "E-NO-MESSAGE"),
        (b"\xC0", "E-ENVELOPE-RLP"),
        (b"hello", "E-ENVELOPE-TEXT"),
        (b"{\"expiry\":1}", "E-ENVELOPE-TEXT"),
        (b"\x80\x81", "E-ENVELOPE-TEXT"),
        (b"c0", "E-ENVELOPE-RLP"),
    ] {
        assert_eq!(
            refused(owner.keyfence(&open), input),
            (7, expected.to_owned())
        );
    }
    let small = ["message", "seal", "--to", &key, "--unsigned", "--work", "0"];
    let envelope = piped(owner.keyfence(&small), b"x");
    assert_eq!(
        refused(owner.keyfence(&open), &envelope),
        (7, "E-ENVELOPE-WORK".into())
    );
    let lenient = ["message", "open", "--min-work", "0"];
    assert_eq!(
        refused(
            owner.keyfence(&[&lenient[..], &["--max-size", "100"]].concat()),
            &envelope
        ),
        (7, "E-ENVELOPE-SIZE".into())
    );
    piped(owner.keyfence(&lenient), &envelope);
    // A changed byte: nothing opens, nothing is stored.
    let mut changed = envelope.clone();
    let at = changed.len() - 20;
    changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
    assert_eq!(
        refused(owner.keyfence(&lenient), &changed),
        (7, "E-ENVELOPE-KEY".into())
    );
    assert_eq!(owner.result(&["store", "status"])["messages"], 1);
    let (code, error) = refused(
        owner.keyfence(&["message", "open", "--expired", "/nonexistent"]),
        b"",
    );
    assert_eq!((code, error.as_str()), (7, "E-FILE-READ"));
}

#[test]
fn a_stores_life() {
    let owner = Owner::with_key();
    let file = |name: &str| owner.user.path(name).to_str().unwrap().to_owned();
    let store = file("messages.db");
    let (code, error) = owner.error(&["store", "status", "--store", &store]);
    assert_eq!((code, error.as_str()), (7, "E-STORE-MISSING"));
    let key = public_key(&owner);
    piped(
        owner.keyfence(&["message", "seal", "--to", &key, "--store", &store]),
        b"kept",
    );

    // A backup, once; and in the Status format.
    let backup = file("backup.db");
    assert_eq!(
        owner.result(&["store", "backup", &backup, "--store", &store])["messages"],
        1
    );
    assert_eq!(
        owner
            .error(&["store", "backup", &backup, "--store", &store])
            .1,
        "E-STORE-EXISTS"
    );
    assert_eq!(
        owner.result(&["store", "status", "--store", &backup])["messages"],
        1
    );

    // The card gets another key; the store follows it with the old one's help.
    let exported = owner
        .keyfence(&["export", "database"])
        .output()
        .unwrap()
        .stdout;
    std::fs::write(owner.user.path("old-key"), exported).unwrap();
    let replace = ["key", "load", "--replace"];
    let (code, value) = owner.json_with("KEYFENCE_MNEMONIC", BOBS_MNEMONIC, &replace);
    assert_eq!(code, 0, "{value:#}");
    let (code, error) = owner.error(&["store", "status", "--store", &store]);
    assert_eq!((code, error.as_str()), (7, "E-STORE-KEY"));
    let rekeyed = owner.result(&[
        "store",
        "rekey",
        "--store",
        &store,
        "--old-key-from",
        "file:old-key",
    ]);
    assert_eq!(
        (&rekeyed["messages"], &rekeyed["format"]),
        (&1.into(), &"own".into())
    );
    assert_eq!(
        owner.result(&["message", "list", "--store", &store])["messages"][0]["text"],
        "kept"
    );
    // The backup has the old key still.
    assert_eq!(
        owner.error(&["store", "status", "--store", &backup]).1,
        "E-STORE-KEY"
    );
    let wrong = [
        "store",
        "rekey",
        "--store",
        &backup,
        "--old-key-from",
        "env:KEYFENCE_PIN",
    ];
    assert_eq!(owner.error(&wrong), (2, "E-OLD-KEY".into()));

    // Into the Status format, which Debian's sqlcipher opens with what `store key` prints.
    let same = [
        "store",
        "rekey",
        "--store",
        &store,
        "--same-key",
        "--format",
        "status",
    ];
    assert!(
        owner.result(&same)["format"]
            .as_str()
            .unwrap()
            .starts_with("status")
    );
    assert_eq!(
        owner.error(&["store", "status", "--store", &store]).1,
        "E-STORE-KEY"
    );
    let status = [
        "store",
        "status",
        "--store",
        &store,
        "--store-format",
        "status",
    ];
    assert_eq!(owner.result(&status)["messages"], 1);
    let printed = owner
        .keyfence(&["store", "key", "--format", "status"])
        .output()
        .unwrap()
        .stdout;
    assert_eq!(
        sqlcipher(&store, &String::from_utf8(printed).unwrap()),
        "1\n"
    );
    let json = owner.result(&[
        "store",
        "key",
        "--format",
        "status",
        "--spelling",
        "desktop",
    ]);
    assert!(json["key"].as_str().unwrap().starts_with("0x04"));
    assert_eq!(json["pragmas"][0]["name"], "cipher_page_size");
    let own = owner.result(&["store", "key"]);
    assert!(own["key"].as_str().unwrap().starts_with("x'") && own["format"] == "own");
    let mixed = ["store", "status", "--store", &store, "--spelling", "mobile"];
    assert_eq!(owner.error(&mixed), (2, "E-STORE-FORMAT".into()));

    // Another program's file.
    std::fs::write(owner.user.path("notes.txt"), "Dear diary").unwrap();
    let (code, error) = owner.error(&["store", "status", "--store", "notes.txt"]);
    assert_eq!((code, error.as_str()), (7, "E-STORE-FOREIGN"));
    assert_eq!(
        std::fs::read(owner.user.path("notes.txt")).unwrap(),
        b"Dear diary"
    );
}

/// What Debian's `sqlcipher` 3.4.1 answers: it doesn't know the pragmas of SQLCipher 4 among those given, and ignores them.
fn sqlcipher(store: &str, sql: &str) -> String {
    let mut command = Command::new("sqlcipher");
    command.args(["-batch", store]);
    let input = format!("{sql}SELECT count(*) FROM messages;\n");
    assert!(Path::new(store).exists());
    String::from_utf8(piped(command, input.as_bytes())).unwrap()
}

#[test]
fn who_waits_for_the_proof_of_work_sees_how_far_it_is() {
    let user = crate::support::User::new();
    let payload = user.file("payload", "x");
    let arguments = [
        "message",
        "seal",
        "--unsigned",
        "--to",
        WHISPER_PUBLIC,
        "--in",
        payload.to_str().unwrap(),
        "--work",
        "1e9",
        "--work-limit",
        "1",
    ];
    let mut terminal =
        rexpect::session::spawn_command(user.keyfence(&arguments), Some(20_000)).unwrap();
    terminal.exp_string("proof of work: ").unwrap();
    terminal.exp_string("hashes, ").unwrap();
    terminal.exp_string("E-WORK-LIMIT").unwrap();
    terminal.exp_eof().unwrap();
    // In a pipe there is no such line.
    let output = user.keyfence(&arguments).output().unwrap();
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(
        !shown.contains("proof of work:") && shown.contains("E-WORK-LIMIT"),
        "{shown}"
    );
}
