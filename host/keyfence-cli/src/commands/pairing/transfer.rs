//! The file that carries a pairing to a second computer: the stored pairing's JSON, encrypted with a passphrase in age's format, armoured.

use age::secrecy::SecretString;
use zeroize::Zeroizing;

use crate::error::{CliError, Family, Result};
use crate::pairings::Pairing;

/// A pairing's file is far smaller; more is refused unread.
const MAX_LENGTH: usize = 64 * 1024;

/// Encrypts a pairing.
pub fn seal(pairing: &Pairing, passphrase: &str) -> Result<String> {
    if passphrase.is_empty() {
        return Err(
            CliError::usage("E-PASSPHRASE-EMPTY", "an empty passphrase protects nothing")
                .hint("Choose a passphrase that nobody guesses."),
        );
    }
    let json = pairing.to_json()?;
    let recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    age::encrypt_and_armor(&recipient, &json).map_err(|error| {
        CliError::data("E-TRANSFER", format!("can't encrypt the pairing: {error}"))
            .hint("Make one on the paired computer: `keyfence pairing export FILE`.")
    })
}

/// Decrypts a pairing.
pub fn open(sealed: &[u8], passphrase: &str) -> Result<Pairing> {
    let identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    if sealed.len() > MAX_LENGTH {
        return Err(foreign());
    }
    let json = match age::decrypt(&identity, sealed) {
        Ok(json) => Zeroizing::new(json),
        Err(age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed) => {
            return Err(CliError::new(
                Family::Authentication,
                "E-PASSPHRASE-WRONG",
                "the passphrase is wrong, or the file damaged",
            )
            .hint("Try again, or export the pairing once more."));
        }
        Err(_) => return Err(foreign()),
    };
    Pairing::from_json(&json).ok_or_else(foreign)
}

fn foreign() -> CliError {
    CliError::data(
        "E-TRANSFER",
        "this is not a file of `keyfence pairing export`",
    )
    .hint("Make one on the paired computer: `keyfence pairing export FILE`.")
}
