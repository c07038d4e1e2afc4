//! Authority keys: the encrypted key file, the public key beside it, and public keys as arguments.

use std::io;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use k256::SecretKey;
use k256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding};
use keyfence::policy::{AuthorityKey, PolicyAuthority as _, SoftwareAuthority};
use zeroize::Zeroizing;

use crate::error::{CliError, Family, Result};
use crate::files;

const MAX_LENGTH: u64 = 16 * 1024;
const AGE_ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const AGE_BINARY: &[u8] = b"age-encryption.org/";

/// A file that names an authority: its encrypted key, or its public key alone.
pub enum AuthorityFile {
    /// An age file with the signing key (PKCS #8, PEM) inside.
    Encrypted(Vec<u8>),
    /// The public key in hex.
    Public(AuthorityKey),
}

impl AuthorityFile {
    pub fn read(path: &Path) -> Result<Self> {
        let too_long = std::fs::metadata(path)
            .map_err(|error| files::unreadable(path, &error))?
            .len()
            > MAX_LENGTH;
        let bytes = if too_long {
            Vec::new()
        } else {
            std::fs::read(path).map_err(|error| files::unreadable(path, &error))?
        };
        if bytes.starts_with(AGE_ARMOR) || bytes.starts_with(AGE_BINARY) {
            return Ok(Self::Encrypted(bytes));
        }
        std::str::from_utf8(&bytes)
            .ok()
            .and_then(parse_public_key)
            .map(Self::Public)
            .ok_or_else(|| {
                CliError::data(
                    "E-AUTHORITY-FILE",
                    format!(
                        "{} is neither an authority's key file nor a public key",
                        path.display()
                    ),
                )
                .hint("Make a key with `keyfence authority new --out FILE`.")
            })
    }
}

/// The public key that 130 hexadecimal digits name.
pub fn parse_public_key(text: &str) -> Option<AuthorityKey> {
    AuthorityKey::from_bytes(&hex::decode(text.trim()).ok()?)
}

/// An authority's public key from an argument: the digits themselves, or a file with them, or beside the key file of that name.
pub fn public_key(argument: &str) -> Result<AuthorityKey> {
    if let Some(key) = parse_public_key(argument) {
        return Ok(key);
    }
    let path = Path::new(argument);
    match AuthorityFile::read(path)? {
        AuthorityFile::Public(key) => Ok(key),
        AuthorityFile::Encrypted(_) => match AuthorityFile::read(&public_file(path)) {
            Ok(AuthorityFile::Public(key)) => Ok(key),
            _ => Err(CliError::usage(
                "E-AUTHORITY-FILE",
                format!(
                    "{} is encrypted and {} isn't there",
                    path.display(),
                    public_file(path).display()
                ),
            )
            .hint("Name the file with the public key; `keyfence authority show FILE` prints it.")),
        },
    }
}

/// Where the public key of a key file lies: beside it, ending in `.pub`.
fn public_file(key_file: &Path) -> PathBuf {
    key_file.with_extension("pub")
}

/// Writes a key file, encrypted with the passphrase, and the public key beside it; gives both paths' second.
pub fn new_key_file(
    path: &Path,
    secret: &Zeroizing<[u8; 32]>,
    passphrase: &str,
    existing: files::Existing,
) -> Result<(AuthorityKey, PathBuf)> {
    let unusable = || {
        CliError::data("E-AUTHORITY-KEY", "the new key can't be encoded")
            .hint("Make another one: `keyfence authority new`.")
    };
    let key = SecretKey::from_slice(secret.as_slice()).map_err(|_| unusable())?;
    let authority = SoftwareAuthority::from_secret(secret)
        .ok_or_else(unusable)?
        .public_key();
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| unusable())?;
    let recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    let encrypted = age::encrypt_and_armor(&recipient, pem.as_bytes()).map_err(|error| {
        CliError::data(
            "E-AUTHORITY-KEY",
            format!("the key can't be encrypted: {error}"),
        )
        .hint("Make another one: `keyfence authority new`.")
    })?;

    let public = public_file(path);
    if public == path {
        return Err(CliError::usage(
            "E-AUTHORITY-FILE",
            "a key file can't end in .pub: its public key is written beside it under that name",
        )
        .hint("Choose a name that does not end in .pub."));
    }
    files::write_private(path, encrypted.as_bytes(), existing)?;
    files::write_private(
        &public,
        format!("{}\n", hex::encode(authority.as_bytes())).as_bytes(),
        existing,
    )?;
    Ok((authority, public))
}

/// Decrypts a key file.
pub fn read_signer(path: &Path, encrypted: &[u8], passphrase: &str) -> Result<SoftwareAuthority> {
    let identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    let pem = age::decrypt(&identity, encrypted)
        .map(Zeroizing::new)
        .map_err(|error| match error {
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys => CliError::new(
                Family::Authentication,
                "E-AUTHORITY-PASSPHRASE",
                format!("the passphrase doesn't open {}", path.display()),
            )
            .hint("Try again; without the passphrase the key is lost."),
            age::DecryptError::Io(error) if error.kind() != io::ErrorKind::InvalidData => {
                files::unreadable(path, &error)
            }
            error => damaged(path, &error.to_string()),
        })?;
    let pem = std::str::from_utf8(&pem).map_err(|_| damaged(path, "no text inside"))?;
    let key =
        SecretKey::from_pkcs8_pem(pem).map_err(|_| damaged(path, "no secp256k1 key inside"))?;
    let secret = Zeroizing::new(<[u8; 32]>::from(key.to_bytes()));
    SoftwareAuthority::from_secret(&secret).ok_or_else(|| damaged(path, "no secp256k1 key inside"))
}

fn damaged(path: &Path, why: &str) -> CliError {
    CliError::data(
        "E-AUTHORITY-FILE",
        format!("{} is no usable key file: {why}", path.display()),
    )
    .hint("Name a key file that `keyfence authority new` wrote, not its .pub file.")
}
