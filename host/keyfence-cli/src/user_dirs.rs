//! Where the user's data and what runs right now are kept.

use std::path::PathBuf;

use directories::ProjectDirs;

use crate::error::{CliError, Result};

/// Pairings and the like: `KEYFENCE_DATA_DIR`, or the platform's data directory (`~/.local/share/keyfence` on Linux).
pub fn data_dir() -> Result<PathBuf> {
    from_env("KEYFENCE_DATA_DIR")
        .or_else(|| project().map(|dirs| dirs.data_dir().to_owned()))
        .ok_or_else(|| no_home("KEYFENCE_DATA_DIR"))
}

/// Files about running processes: `KEYFENCE_RUNTIME_DIR`, the platform's runtime directory, or where it has none the data directory's `run`.
pub fn runtime_dir() -> Result<PathBuf> {
    from_env("KEYFENCE_RUNTIME_DIR")
        .or_else(|| project().and_then(|dirs| dirs.runtime_dir().map(ToOwned::to_owned)))
        .or_else(|| data_dir().ok().map(|dir| dir.join("run")))
        .ok_or_else(|| no_home("KEYFENCE_RUNTIME_DIR"))
}

fn from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "keyfence")
}

fn no_home(variable: &str) -> CliError {
    CliError::data("E-NO-HOME", "this user has no home directory")
        .hint(format!("Set {variable} to a directory of yours."))
}
