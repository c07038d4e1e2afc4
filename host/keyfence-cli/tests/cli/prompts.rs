//! Prompts, through a pseudo-terminal: nothing that is typed as a secret is shown.

use crate::support::card::{MNEMONIC, Owner, PASSWORD, PIN, PUK};
use crate::support::{shown, stable};

use std::process::Command;

use insta::assert_snapshot;
use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

/// Starts a command in a terminal, without any secret in its environment.
fn in_terminal(mut command: Command) -> PtySession {
    for name in [
        "KEYFENCE_PIN",
        "KEYFENCE_PUK",
        "KEYFENCE_PAIRING_PASSWORD",
        "KEYFENCE_MNEMONIC",
    ] {
        command.env_remove(name);
    }
    spawn_command(command, Some(20_000)).unwrap()
}

/// Answers a prompt; the answer must not come back.
fn answer(terminal: &mut PtySession, prompt: &str, secret: &str) {
    let before = terminal.exp_string(prompt).unwrap();
    for typed in [PIN, PUK, PASSWORD, MNEMONIC, "654321"] {
        assert!(!before.contains(typed), "shown: {before}");
    }
    terminal.send_line(secret).unwrap();
}

fn exit_code(terminal: &mut PtySession) -> i32 {
    match terminal.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn from_a_new_card_to_a_key_by_prompts_alone() {
    let owner = Owner::with_new_card();
    let mut init = in_terminal(owner.keyfence(&["card", "init"]));
    for (prompt, secret) in [
        ("PIN: ", PIN),
        ("same again: ", PIN),
        ("PUK: ", PUK),
        ("same again: ", PUK),
        ("Pairing password: ", PASSWORD),
        ("same again: ", PASSWORD),
    ] {
        answer(&mut init, prompt, secret);
    }
    init.exp_string("is initialised").unwrap();
    init.exp_eof().unwrap();
    assert_eq!(exit_code(&mut init), 0);

    let mut add = in_terminal(owner.keyfence(&["pairing", "add"]));
    answer(&mut add, "Pairing password: ", PASSWORD);
    add.exp_string("paired with card").unwrap();
    add.exp_eof().unwrap();

    let mut load = in_terminal(owner.keyfence(&["key", "load"]));
    answer(&mut load, "Mnemonic: ", MNEMONIC);
    answer(&mut load, "PIN: ", PIN);
    load.exp_string("key loaded").unwrap();
    load.exp_eof().unwrap();
    assert_eq!(owner.result(&["key", "verify"])["matches"], true);
}

#[test]
fn two_inputs_that_differ_change_nothing() {
    let owner = Owner::with_new_card();
    let mut init = in_terminal(owner.keyfence(&["card", "init"]));
    answer(&mut init, "PIN: ", PIN);
    answer(&mut init, "same again: ", "654321");
    init.exp_string("[E-PROMPT-DIFFERS]").unwrap();
    init.exp_eof().unwrap();
    assert_eq!(exit_code(&mut init), 2);
    assert_eq!(owner.result(&["card", "info"])["initialized"], false);
}

#[test]
fn before_the_last_try_there_is_a_warning_and_then_the_prompt() {
    let owner = Owner::with_key();
    owner.wrong_pin();
    owner.wrong_pin();
    let mut export = in_terminal(owner.keyfence(&["export", "whisper"]));
    export.exp_string("this is the last try").unwrap();
    answer(&mut export, "PIN: ", "999999");
    export.exp_string("[E-PIN-BLOCKED]").unwrap();
    export.exp_eof().unwrap();
    assert_eq!(exit_code(&mut export), 6);
    // No prompt any more: the card would refuse.
    let mut export = in_terminal(owner.keyfence(&["export", "whisper"]));
    export.exp_string("[E-PIN-BLOCKED]").unwrap();
    export.exp_eof().unwrap();
}

#[test]
fn a_reset_wants_the_uid_typed() {
    let owner = Owner::with_paired_card();
    let uid = owner.result(&["card", "info"])["uid"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut reset = in_terminal(owner.keyfence(&["card", "reset"]));
    reset.exp_string("Type its UID to go on: ").unwrap();
    reset.send_line("yes").unwrap();
    reset.exp_string("[E-UID-DIFFERS]").unwrap();
    reset.exp_eof().unwrap();
    assert_eq!(owner.result(&["card", "info"])["initialized"], true);
    let mut reset = in_terminal(owner.keyfence(&["card", "reset"]));
    reset.exp_string("Type its UID to go on: ").unwrap();
    reset.send_line(&uid).unwrap();
    reset.exp_string("is wiped").unwrap();
    reset.exp_eof().unwrap();
    assert_eq!(owner.result(&["card", "info"])["initialized"], false);
}

#[test]
fn a_key_is_removed_only_after_a_yes() {
    let owner = Owner::with_key();
    let mut remove = in_terminal(owner.keyfence(&["key", "remove"]));
    remove.exp_string("[y/N]: ").unwrap();
    remove.send_line("").unwrap();
    remove.exp_string("[E-DECLINED]").unwrap();
    remove.exp_eof().unwrap();
    let mut remove = in_terminal(owner.keyfence(&["key", "remove"]));
    remove.exp_string("[y/N]: ").unwrap();
    remove.send_line("y").unwrap();
    answer(&mut remove, "PIN: ", PIN);
    remove.exp_string("removed").unwrap();
    remove.exp_eof().unwrap();
    assert_eq!(owner.result(&["key", "status"])["key_loaded"], false);
}

#[test]
fn raw_bytes_do_not_go_to_a_terminal() {
    let owner = Owner::with_key();
    let mut export = in_terminal(owner.keyfence(&["export", "whisper", "--format", "raw"]));
    // Refused before the PIN is asked for.
    export.exp_string("[E-RAW-TERMINAL]").unwrap();
    export.exp_eof().unwrap();
}

#[test]
fn a_slot_whose_key_cannot_be_stored_is_given_back() {
    let owner = Owner::with_new_card();
    owner.init();
    let pairings = owner.user.data_dir().join("pairings");
    let mut command = owner.keyfence(&["pairing", "add"]);
    command.env_remove("KEYFENCE_PAIRING_PASSWORD");
    let mut add = spawn_command(command, Some(20_000)).unwrap();
    add.exp_string("Pairing password: ").unwrap();
    // The directory was there when it was looked at; now, with the slot about to be taken, it is no directory any more.
    std::fs::remove_dir(&pairings).unwrap();
    std::fs::write(&pairings, "").unwrap();
    add.send_line(PASSWORD).unwrap();
    add.exp_string("its slot is given back").unwrap();
    add.exp_string("[E-FILE-WRITE]").unwrap();
    add.exp_eof().unwrap();
    assert_eq!(exit_code(&mut add), 7);
    std::fs::remove_file(&pairings).unwrap();
    assert_eq!(owner.result(&["card", "info"])["free_pairing_slots"], 10);
}

/// The same command in a session of its own, which has no terminal wherever the tests run.
fn without_terminal(command: &Command) -> Command {
    let mut detached = Command::new("setsid");
    detached
        .arg("--wait")
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => detached.env(name, value),
            None => detached.env_remove(name),
        };
    }
    detached
}

#[test]
fn without_a_terminal_a_prompt_is_an_error() {
    let owner = Owner::with_new_card();
    let _filters = stable();
    let mut init = owner.keyfence(&["card", "init"]);
    init.env_remove("KEYFENCE_PIN");
    assert_snapshot!(shown(&mut without_terminal(&init)));
}

#[test]
fn a_secret_as_an_argument_is_refused_and_not_repeated() {
    let owner = Owner::with_new_card();
    let _filters = stable();
    assert_snapshot!(shown(&mut owner.keyfence(&[
        "card",
        "init",
        "--pin-from",
        "123456"
    ])));
}
