//! Where the simulator's jar and a Java for it are.

use crate::error::TransportError;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

const NAME: &str = "keyfence-simulator.jar";

/// Finds the jar: the one named, `KEYFENCE_SIMULATOR`'s, beside the binary, in `../share/keyfence`, in a checkout's `simulator/target`.
pub fn find_jar(named: Option<&Path>) -> Result<PathBuf, TransportError> {
    let candidates = match named
        .map(Path::to_owned)
        .or_else(|| env_path("KEYFENCE_SIMULATOR"))
    {
        Some(named) => vec![named],
        None => candidates(
            &std::env::current_exe()
                .and_then(|path| path.canonicalize())
                .unwrap_or_default(),
        ),
    };
    match candidates.iter().find(|path| path.is_file()) {
        Some(found) => Ok(found.clone()),
        None => Err(TransportError::SimulatorNotFound { tried: candidates }),
    }
}

/// Places relative to the binary. A checkout's is in target/PROFILE, a test in target/PROFILE/deps: the directories above are asked for simulator/target.
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
    let above = directory.ancestors().skip(1).take(4);
    paths.extend(above.map(|above| above.join("simulator").join("target").join(NAME)));
    paths
}

/// The Java to run it with: `KEYFENCE_JAVA`, `JAVA_HOME`'s, or the one in `PATH`.
pub fn java() -> OsString {
    let of_home = || {
        env_path("JAVA_HOME")
            .map(|home| home.join("bin").join("java"))
            .filter(|path| path.is_file())
    };
    env_path("KEYFENCE_JAVA")
        .or_else(of_home)
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
        let error = find_jar(Some(Path::new("/nonexistent/sim.jar"))).unwrap_err();
        assert!(
            matches!(error, TransportError::SimulatorNotFound { tried } if tried == [Path::new("/nonexistent/sim.jar")])
        );
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
        let installed = candidates(Path::new("/usr/bin/keyfence"));
        assert!(installed.contains(&PathBuf::from("/usr/share/keyfence/keyfence-simulator.jar")));
    }
}
