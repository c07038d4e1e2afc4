//! Files that only their owner may read, written whole or not at all.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::error::{CliError, Result};

/// May an existing file be replaced?
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Refuse,
    Replace,
}

/// Writes `bytes` to `path` with mode 0600: first to a temporary file beside it, then renamed, so that a crash leaves the old file or the new one.
pub fn write_private(path: &Path, bytes: &[u8], existing: Existing) -> Result<()> {
    write(path, bytes, existing).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => unwritable(path, &error),
    })
}

fn write(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Looked at first as well, so that a refusal costs no write; persist_noclobber decides.
    if existing == Existing::Refuse && path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    // tempfile creates with mode 0600.
    let mut file = tempfile::Builder::new()
        .prefix(".keyfence-")
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match existing {
        Existing::Refuse => file.persist_noclobber(path),
        Existing::Replace => file.persist(path),
    }
    .map_err(|error| error.error)?;
    sync_directory(directory)
}

/// Reads a file whole; `-` is standard input.
pub fn read_all(path: &Path) -> Result<Vec<u8>> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    bytes.map_err(|error| unreadable(path, &error))
}

/// Makes a directory, and those above it, that only its owner may enter.
pub fn create_private_dir(path: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(|error| unwritable(path, &error))
}

/// The error for a file that is in the way.
pub fn exists(path: &Path) -> CliError {
    CliError::usage(
        "E-FILE-EXISTS",
        format!("{} exists already", path.display()),
    )
    .hint("Name another file, or replace it with --force.")
}

/// The error for a file that can't be read.
pub fn unreadable(path: &Path, error: &io::Error) -> CliError {
    CliError::data(
        "E-FILE-READ",
        format!("can't read {}: {error}", path.display()),
    )
    .hint("Check the path and whether you may read it.")
}

/// The error for a file that can't be written.
pub fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::data(
        "E-FILE-WRITE",
        format!("can't write {}: {error}", path.display()),
    )
    .hint("Check that the directory exists, that you may write there, and the room left.")
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_private_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write_private(&path, b"secret", Existing::Refuse).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"secret");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(
            dir.path().read_dir().unwrap().count(),
            1,
            "no temporary file stays"
        );
    }

    #[test]
    fn an_existing_file_stays_unless_replacing_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(&path, b"old").unwrap();
        let error = write_private(&path, b"new", Existing::Refuse).unwrap_err();
        assert_eq!((error.code, error.exit_code()), ("E-FILE-EXISTS", 2));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        write_private(&path, b"new", Existing::Replace).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_dangling_link_counts_as_existing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::os::unix::fs::symlink("nowhere", &path).unwrap();
        assert_eq!(
            write_private(&path, b"new", Existing::Refuse)
                .unwrap_err()
                .code,
            "E-FILE-EXISTS"
        );
    }

    #[test]
    fn a_directory_that_is_missing_is_named() {
        let error =
            write_private(Path::new("/nonexistent-dir/key"), b"x", Existing::Refuse).unwrap_err();
        assert_eq!((error.code, error.exit_code()), ("E-FILE-WRITE", 7));
        assert!(error.message.contains("/nonexistent-dir/key"));
    }
}
