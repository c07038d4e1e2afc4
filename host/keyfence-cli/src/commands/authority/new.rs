//! `keyfence authority new`: a new key pair in an encrypted file.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files::Existing;
use crate::output::Output;
use crate::policy::new_key_file;
use crate::secret::{AuthorityPassphraseArg, Secrets};

/// Make the key pair of a policy authority: the key in a file encrypted with a passphrase, the public key beside it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence authority new --out authority.age       also writes authority.pub
  keyfence card init --authority authority.pub     a card that takes its policies

The file is age's (https://age-encryption.org/v1, passphrase); inside is the key as PKCS #8 in PEM.")]
pub struct Args {
    /// Where the encrypted key goes; the public key goes beside it, with the ending .pub
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Replace existing files
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    passphrase: AuthorityPassphraseArg,
}

#[derive(Serialize)]
struct New {
    fingerprint: String,
    public_key: String,
    key_file: String,
    public_file: String,
}

impl fmt::Display for New {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "authority {}\npublic key {}\n{}: the encrypted key; keep a copy\n{}: the public key",
            self.fingerprint, self.public_key, self.key_file, self.public_file
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let passphrase = args.passphrase.read_new(&mut Secrets::new())?;
    if passphrase.is_empty() {
        return Err(
            CliError::usage("E-PASSPHRASE-EMPTY", "the passphrase is empty")
                .hint("Whoever holds the key decides what leaves every card of this authority."),
        );
    }
    let mut secret = Zeroizing::new([0; 32]);
    let no_random = |error| {
        CliError::data(
            "E-RANDOM",
            format!("the system gives no random numbers: {error}"),
        )
        .hint("Repeat the command; the system's random source may not be ready yet.")
    };
    getrandom::fill(secret.as_mut_slice()).map_err(no_random)?;
    ctx.progress("encrypting…");
    let existing = if args.force {
        Existing::Replace
    } else {
        Existing::Refuse
    };
    let (key, public_file) = new_key_file(&args.out, &secret, &passphrase, existing)?;
    Ok(Output::new(New {
        fingerprint: key.fingerprint().to_string(),
        public_key: hex::encode(key.as_bytes()),
        key_file: args.out.display().to_string(),
        public_file: public_file.display().to_string(),
    }))
}
