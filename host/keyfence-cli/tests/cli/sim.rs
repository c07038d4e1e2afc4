//! `keyfence sim`: cards that stay, cards for one command, and what goes wrong with them.

use crate::support::card::{MNEMONIC, Owner, PASSWORD, PIN, PUK, WHISPER_PRIVATE};
use crate::support::pcsc::Service;
use crate::support::{User, parse, shown, stable};

use std::time::{Duration, Instant};

use insta::assert_snapshot;

#[test]
fn without_a_simulator_there_is_nothing_to_show_or_stop() {
    let user = User::new();
    let _filters = stable();
    assert_snapshot!(shown(&mut user.keyfence(&["sim", "status"])));
    assert_snapshot!(shown(&mut user.keyfence(&["sim", "stop"])));
    assert_snapshot!(shown(
        &mut user.keyfence(&["sim", "stop", "--all", "--json"])
    ));
}

#[test]
fn a_jar_that_is_not_there_is_named() {
    let user = User::new();
    let _filters = stable();
    assert_snapshot!(shown(&mut user.keyfence(&[
        "--simulator-jar",
        "/nonexistent.jar",
        "sim",
        "start"
    ])));
}

#[test]
fn a_java_that_is_not_there_is_named() {
    let user = User::new();
    let _filters = stable();
    let jar = user.file("sim.jar", "");
    assert_snapshot!(shown(
        user.keyfence(&["sim", "start"])
            .env("KEYFENCE_SIMULATOR", jar)
            .env("KEYFENCE_JAVA", "/nonexistent/java")
    ));
}

#[test]
fn a_jar_that_is_no_jar_says_what_java_says() {
    let user = User::new();
    let _filters = stable();
    let jar = user.file("sim.jar", "not a jar");
    assert_snapshot!(shown(
        user.keyfence(&["sim", "start"])
            .env("KEYFENCE_SIMULATOR", jar)
    ));
    assert_eq!(
        user.result(&["sim", "status"])["simulators"],
        serde_json::json!([])
    );
}

#[test]
fn a_name_or_a_uid_that_is_none_is_a_usage_error() {
    let user = User::new();
    assert_eq!(
        user.error(&["sim", "start", "--name", "../x"]),
        (2, "E-SIM-NAME".to_owned())
    );
    assert_eq!(
        user.error(&["sim", "start", "--uid", "00"]),
        (2, "E-HEX".to_owned())
    );
    assert_eq!(
        user.error(&["sim", "start", "--install-parameters", "xy"]),
        (2, "E-HEX".to_owned())
    );
}

#[test]
fn start_status_and_stop_in_words() {
    let owner = Owner::with_new_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.user.keyfence(&["sim", "status"])));
    assert_snapshot!(shown(&mut owner.user.keyfence(&["sim", "start"])));
    assert_snapshot!(shown(
        &mut owner
            .user
            .keyfence(&["sim", "start", "--name", "alice", "--json"])
    ));
    assert_snapshot!(shown(&mut owner.user.keyfence(&["sim", "stop"])));
    assert_snapshot!(shown(&mut owner.user.keyfence(&[
        "--simulator=bob",
        "card",
        "info"
    ])));
    assert_eq!(
        owner.user.result(&["--simulator=alice", "card", "info"])["initialized"],
        false
    );
}

#[test]
fn the_file_of_a_running_simulator_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let owner = Owner::with_new_card();
    let file = owner.user.path("run/simulators/default.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    owner.user.result(&["sim", "stop"]);
    assert!(!file.exists());
}

#[test]
fn cards_side_by_side_have_keys_and_pairings_of_their_own() {
    let owner = Owner::with_key();
    owner.user.result(&["sim", "start", "--name", "bob"]);
    let uid = |which: &str| owner.user.result(&[which, "card", "info"])["uid"].clone();
    assert!(uid("--simulator=bob").is_null());
    for arguments in [
        &["card", "init"][..],
        &["pairing", "add"],
        &["key", "generate"],
    ] {
        let mut all = vec!["--simulator=bob", "--json"];
        all.extend(arguments);
        let output = owner
            .user
            .keyfence(&all)
            .env("KEYFENCE_PIN", PIN)
            .env("KEYFENCE_PUK", PUK)
            .env("KEYFENCE_PAIRING_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert_eq!(parse(&output).0, 0);
    }
    assert_ne!(uid("--simulator=bob"), uid("--simulator"));
    assert_eq!(
        owner.result(&["pairing", "list"])["pairings"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn without_a_running_one_a_card_is_started_for_the_command_and_ends_with_it() {
    let owner = Owner { user: User::new() };
    let info = owner.result(&["card", "info"]);
    assert_eq!(
        (&info["simulated"], &info["initialized"]),
        (&true.into(), &false.into())
    );
    assert_eq!(
        owner.user.result(&["sim", "status"])["simulators"],
        serde_json::json!([])
    );
    // Kept in a file it is the same card the next time.
    owner.result(&["--simulator-state", "card.state", "card", "init"]);
    owner.result(&["--simulator-state", "card.state", "pairing", "add"]);
    assert_eq!(
        owner.result(&["--simulator-state", "card.state", "card", "info"])["paired_slot"],
        0
    );
    assert_eq!(owner.result(&["card", "info"])["initialized"], false);
}

#[test]
fn a_card_in_a_file_survives_a_stop() {
    let owner = Owner::with_card_options(&["--state", "card.state"]);
    owner.init();
    owner.result(&["pairing", "add"]);
    owner.result(&["key", "load"]);
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.user.keyfence(&["sim", "stop"])));
    owner
        .user
        .result(&["sim", "start", "--state", "card.state"]);
    assert_eq!(
        owner.result(&["export", "whisper"])["keys"][0]["private_key"],
        WHISPER_PRIVATE
    );
    owner.user.result(&["sim", "stop"]);
    // A file of something else is refused, with what is wrong, and left alone.
    let foreign = owner.user.file("foreign.state", "not a card");
    let (code, value) = owner
        .user
        .json(&["sim", "start", "--state", "foreign.state"]);
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (3, Some("E-SIM-START")),
        "{value:#}"
    );
    assert_eq!(std::fs::read(foreign).unwrap(), b"not a card");
}

#[test]
fn options_of_the_card_reach_it() {
    let owner =
        Owner::with_card_options(&["--seed", "7", "--uid", "00112233445566778899aabbccddeeff"]);
    let key = owner.result(&["card", "info"])["channel_public_key"].clone();
    owner.init();
    assert_eq!(
        owner.result(&["card", "info"])["uid"],
        "00112233445566778899aabbccddeeff"
    );
    let same = Owner::with_card_options(&["--seed", "7"]);
    assert_eq!(same.result(&["card", "info"])["channel_public_key"], key);
    let other = Owner::with_new_card();
    assert_ne!(other.result(&["card", "info"])["channel_public_key"], key);
}

#[test]
fn a_simulator_killed_in_the_middle_is_told() {
    let owner = Owner::with_key();
    let pid = owner.user.result(&["sim", "status"])["simulators"][0]["pid"].to_string();
    let mut command = owner.keyfence(&["export", "whisper"]);
    command.env_remove("KEYFENCE_PIN");
    let mut export = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    export.exp_string("PIN: ").unwrap();
    assert!(
        std::process::Command::new("kill")
            .args(["-9", &pid])
            .status()
            .unwrap()
            .success()
    );
    export.send_line(PIN).unwrap();
    export.exp_string("[E-SIM-GONE]").unwrap();
    export.exp_eof().unwrap();
    // Afterwards it doesn't count as running, and a port without a card says so.
    assert_eq!(
        owner.user.result(&["sim", "status"])["simulators"],
        serde_json::json!([])
    );
    assert_eq!(
        owner.user.error(&["--simulator=1", "card", "info"]),
        (3, "E-SIM-UNREACHABLE".to_owned())
    );
}

#[test]
fn a_card_in_use_by_another_command_is_told() {
    let owner = Owner::with_key();
    let mut command = owner.keyfence(&["export", "whisper"]);
    command.env_remove("KEYFENCE_PIN");
    let mut export = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    export.exp_string("PIN: ").unwrap();
    assert_eq!(owner.error(&["card", "info"]), (3, "E-SIM-BUSY".to_owned()));
    export.send_line(PIN).unwrap();
    export.exp_string(WHISPER_PRIVATE).unwrap();
    export.exp_eof().unwrap();
}

#[test]
fn a_described_card_is_ready_for_use() {
    let owner = Owner::with_card_options_in(|user| {
        user.file("card.toml", format!("pin = \"{PIN}\"\npuk = \"{PUK}\"\npairing_password = \"{PASSWORD}\"\nmnemonic = \"{MNEMONIC}\"\nndef_uri = \"https://example.org\"\n"));
        user.file("wrong.toml", "pni = \"123456\"\n");
        vec!["--card", "card.toml"]
    });
    owner.result(&["pairing", "add"]);
    assert_eq!(
        owner.result(&["export", "whisper"])["keys"][0]["private_key"],
        WHISPER_PRIVATE
    );
    assert_eq!(owner.result(&["ndef", "get"])["url"], "https://example.org");
    let (code, value) =
        owner
            .user
            .json(&["sim", "start", "--name", "wrong", "--card", "wrong.toml"]);
    assert_eq!(
        (code, value["error"]["code"].as_str()),
        (3, Some("E-SIM-START"))
    );
    assert!(
        value["error"]["message"].as_str().unwrap().contains("pni"),
        "{value:#}"
    );
}

#[test]
fn a_card_in_a_virtual_reader_is_seen_by_pcsc_and_stopped_by_name() {
    let owner = Owner { user: User::new() };
    let service = Service::with_reader();
    let address = format!("127.0.0.1:{}", service.port);
    owner.user.result(&["sim", "start", "--connect", &address]);
    assert_eq!(
        owner.error(&["card", "info"]),
        (3, "E-SIM-IN-READER".to_owned())
    );
    let info = || {
        parse(
            &owner
                .user
                .keyfence(&["card", "info", "--json"])
                .env("PCSCLITE_CSOCK_NAME", &service.socket)
                .output()
                .unwrap(),
        )
        .1
    };
    let start = Instant::now();
    while info()["ok"] != true {
        assert!(start.elapsed() < Duration::from_secs(10), "{:#}", info());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(info()["result"]["simulated"], true);
    assert_eq!(
        owner.user.result(&["sim", "stop"])["stopped"][0]["plugged_into"],
        address
    );
}
