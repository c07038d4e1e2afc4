//! `keyfence authority show`: an authority's fingerprint and public key.

use std::fmt;
use std::path::PathBuf;

use keyfence::policy::PolicyAuthority as _;
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::policy::{AuthorityFile, read_signer};
use crate::secret::{AuthorityPassphraseArg, Secrets};

/// Show the fingerprint and the public key of an authority
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence authority show authority.pub
  keyfence authority show authority.age      asks for the passphrase: shows that it opens the key")]
pub struct Args {
    /// A key file or a public key's
    file: PathBuf,

    #[command(flatten)]
    passphrase: AuthorityPassphraseArg,
}

#[derive(Serialize)]
struct Shown {
    fingerprint: String,
    public_key: String,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "authority {}\npublic key {}",
            self.fingerprint, self.public_key
        )
    }
}

pub fn run(args: Args, _ctx: &mut Context) -> Result<Output> {
    let key = match AuthorityFile::read(&args.file)? {
        AuthorityFile::Public(key) => key,
        AuthorityFile::Encrypted(encrypted) => read_signer(
            &args.file,
            &encrypted,
            &args.passphrase.read(&mut Secrets::new())?,
        )?
        .public_key(),
    };
    Ok(Output::new(Shown {
        fingerprint: key.fingerprint().to_string(),
        public_key: hex::encode(key.as_bytes()),
    }))
}
