//! `keyfence sim`: errors that need no simulator.

use crate::support::{User, shown, stable};

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
