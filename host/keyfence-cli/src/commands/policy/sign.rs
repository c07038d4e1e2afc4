//! `keyfence policy sign`: the authority's signature, made here with a key file or brought from elsewhere.

use std::fmt;
use std::path::PathBuf;

use keyfence::policy::{PolicyAuthority as _, SignedPolicy};
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::files::{self, Existing, write_private};
use crate::output::Output;
use crate::policy::{AuthorityFile, PolicyView, load, public_key, read_signer};
use crate::secret::{AuthorityPassphraseArg, Secrets};

/// Sign an encoded policy with an authority's key file, or attach a signature that was made elsewhere; no card is needed
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy sign notes.policy --key authority.age --out notes.signed
  keyfence policy sign notes.policy --signature hsm.der --authority hsm.pub --out notes.signed

The key of --key is asked for its passphrase. A signature made elsewhere is ECDSA on secp256k1, DER-encoded, over the
SHA-256 that `keyfence policy build` prints.")]
pub struct Args {
    /// The encoded policy, as `keyfence policy build` makes it
    file: PathBuf,

    /// The authority's key file, as `keyfence authority new` makes it
    #[arg(long, value_name = "FILE", required_unless_present = "signature", conflicts_with_all = ["signature", "authority"])]
    key: Option<PathBuf>,

    /// A signature (DER) that was made elsewhere
    #[arg(long, value_name = "FILE", requires = "authority")]
    signature: Option<PathBuf>,

    /// Whose signature it is: a public key in hex, or a file with one
    #[arg(long, value_name = "KEY|FILE")]
    authority: Option<String>,

    /// Where the signed policy goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Replace an existing file
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    passphrase: AuthorityPassphraseArg,
}

#[derive(Serialize)]
struct Signed {
    file: String,
    bytes: usize,
    authority: String,
    policy: PolicyView,
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\nsigned by authority {}\n{} ({} bytes)",
            self.policy, self.authority, self.file, self.bytes
        )
    }
}

pub fn run(args: Args, _ctx: &mut Context) -> Result<Output> {
    let loaded = load(&args.file)?;
    if loaded.names.is_some() {
        return Err(CliError::usage("E-POLICY-SOURCE", format!("{} isn't encoded yet", args.file.display()))
            .hint("Build it first, so that what is signed is what was looked at: `keyfence policy build`."));
    }
    if loaded.signed.is_some() {
        return Err(CliError::usage(
            "E-POLICY-SIGNED",
            format!("{} is signed already", args.file.display()),
        )
        .hint("Apply it: `keyfence policy apply`; or build it anew to sign it again."));
    }
    let (signature, authority) = match (&args.key, &args.signature) {
        (Some(key), _) => {
            let AuthorityFile::Encrypted(encrypted) = AuthorityFile::read(key)? else {
                return Err(CliError::usage(
                    "E-AUTHORITY-FILE",
                    format!(
                        "{} is a public key; signing needs the key file",
                        key.display()
                    ),
                )
                .hint("Name a key file that `keyfence authority new` wrote, not its .pub file."));
            };
            let signer = read_signer(key, &encrypted, &args.passphrase.read(&mut Secrets::new())?)?;
            let signature = signer.sign(&loaded.policy).map_err(|error| {
                CliError::data("E-AUTHORITY-KEY", error.to_string())
                    .hint("Make another one: `keyfence authority new`.")
            })?;
            (signature, signer.public_key())
        }
        (None, Some(file)) => {
            let signature = std::fs::read(file).map_err(|error| files::unreadable(file, &error))?;
            (
                signature,
                public_key(args.authority.as_deref().unwrap_or_default())?,
            )
        }
        (None, None) => {
            return Err(CliError::usage("E-USAGE", "a key or a signature is needed")
                .hint("Name one with --key or --signature."));
        }
    };
    let signed = SignedPolicy::new(loaded.policy, signature)
        .map_err(|refusal| CliError::from_explained(&refusal))?;
    if !signed.is_signed_by(&authority) {
        return Err(CliError::new(
            Family::Policy,
            "E-POLICY-SIGNATURE",
            format!(
                "the signature isn't authority {}'s over this policy",
                authority.fingerprint()
            ),
        )
        .hint("Name the authority that signed it, or sign it with its key."));
    }
    let encoded = signed.encode();
    write_private(
        &args.out,
        &encoded,
        if args.force {
            Existing::Replace
        } else {
            Existing::Refuse
        },
    )?;
    Ok(Output::new(Signed {
        file: args.out.display().to_string(),
        bytes: encoded.len(),
        authority: authority.fingerprint().to_string(),
        policy: PolicyView::new(signed.policy(), None, 0),
    }))
}
