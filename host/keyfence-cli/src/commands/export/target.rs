//! Where exported keys go: standard output, or a private file.

use std::path::PathBuf;

use crate::error::{CliError, Result};
use crate::files::{self, Existing};

/// `--out` and `--force`.
pub struct Target {
    file: Option<PathBuf>,
    existing: Existing,
}

impl Target {
    pub fn new(file: Option<PathBuf>, force: bool) -> Self {
        Self {
            file,
            existing: if force {
                Existing::Replace
            } else {
                Existing::Refuse
            },
        }
    }

    pub fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// Finds out early that an existing file is in the way; writing decides.
    pub fn check(&self) -> Result<()> {
        match &self.file {
            Some(path) if self.existing == Existing::Refuse && path.symlink_metadata().is_ok() => {
                Err(files::exists(path))
            }
            _ => Ok(()),
        }
    }

    /// Writes the file and gives its name.
    pub fn write(&self, bytes: &[u8]) -> Result<String> {
        let path = self.file.as_ref().ok_or_else(|| {
            CliError::usage("E-OUTPUT", "no file is named")
                .hint("Check where standard output goes, and the room left there.")
        })?;
        files::write_private(path, bytes, self.existing)?;
        Ok(path.display().to_string())
    }
}
