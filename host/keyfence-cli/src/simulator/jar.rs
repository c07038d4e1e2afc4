//! Where the simulator's jar and a Java for it are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::{CliError, Result};

const NAME: &str = "keyfence-simulator.jar";

/// The jar: `--simulator-jar`, `KEYFENCE_SIMULATOR`, beside the binary, in `../share/keyfence`, in the checkout's `simulator/target`.
pub fn find(option: Option<&Path>) -> Result<PathBuf> {
    let named = option
        .map(Path::to_owned)
        .or_else(|| env_path("KEYFENCE_SIMULATOR"));
    if let Some(path) = named {
        if path.is_file() {
            return Ok(path);
        }
        return Err(CliError::transport(
            "E-SIM-JAR",
            format!("the simulator's jar is not at {}", path.display()),
        )
        .hint("Check --simulator-jar and KEYFENCE_SIMULATOR."));
    }
    let binary = std::env::current_exe()
        .and_then(|path| path.canonicalize())
        .unwrap_or_default();
    candidates(&binary).into_iter().find(|path| path.is_file()).ok_or_else(|| {
        CliError::transport("E-SIM-JAR", format!("{NAME} was not found"))
            .hint("Build it in the checkout with `mvn -q -pl simulator -am package`, or name it with --simulator-jar FILE or KEYFENCE_SIMULATOR.")
    })
}

/// Places relative to the binary. A checkout's binary is in target/PROFILE/ (tests: target/PROFILE/deps/), so each directory above is asked for simulator/target.
fn candidates(binary: &Path) -> Vec<PathBuf> {
    let Some(directory) = binary.parent() else {
        return Vec::new();
    };
    let mut paths = vec![directory.join(NAME)];
    paths.extend(
        directory
            .parent()
            .map(|prefix| prefix.join("share").join("keyfence").join(NAME)),
    );
    paths.extend(
        directory
            .ancestors()
            .skip(1)
            .take(4)
            .map(|above| above.join("simulator").join("target").join(NAME)),
    );
    paths
}

/// The Java to run it with: `KEYFENCE_JAVA`, `JAVA_HOME`'s, or the one in `PATH`.
pub fn java() -> OsString {
    env_path("KEYFENCE_JAVA")
        .or_else(|| {
            env_path("JAVA_HOME")
                .map(|home| home.join("bin").join("java"))
                .filter(|path| path.is_file())
        })
        .map_or_else(|| "java".into(), PathBuf::into_os_string)
}

fn env_path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_jar_must_be_there() {
        let error = find(Some(Path::new("/nonexistent/sim.jar"))).unwrap_err();
        assert_eq!((error.code, error.exit_code()), ("E-SIM-JAR", 3));
        assert!(error.message.contains("/nonexistent/sim.jar"));
    }

    #[test]
    fn the_places_are_asked_in_the_documented_order() {
        let places = candidates(Path::new("/c/target/release/keyfence"));
        assert_eq!(
            places[0],
            Path::new("/c/target/release/keyfence-simulator.jar")
        );
        assert_eq!(
            places[1],
            Path::new("/c/target/share/keyfence/keyfence-simulator.jar")
        );
        assert!(places.contains(&PathBuf::from("/c/simulator/target/keyfence-simulator.jar")));
        assert!(
            candidates(Path::new("/usr/bin/keyfence"))
                .contains(&PathBuf::from("/usr/share/keyfence/keyfence-simulator.jar"))
        );
    }
}
