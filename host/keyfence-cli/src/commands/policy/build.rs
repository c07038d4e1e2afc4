//! `keyfence policy build`: from TOML to the encoding that is signed.

use std::fmt;
use std::path::PathBuf;

use keyfence::policy::{Floor, Severity, lint, signing_message};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files::{Existing, write_private};
use crate::output::Output;
use crate::policy::{PolicyView, load};

/// Make the encoding of a policy from its TOML file; no card and no key are needed
#[derive(clap::Args)]
#[command(after_help = "\
A policy file:
  sequence = 1                               # above the card's: `keyfence policy show`
  # card = \"0123…\"                           # only for the card with this UID
  # successor = \"04ab…\"                      # public key of the authority that takes over

  [[rule]]
  name = \"Chat identity and database\"
  path = \"m/43'/60'/1581'/[0'..1']/{1..6}\"   # fixed components, [hardened range], {further components}
  reason = \"EIP-1581: the keys that chat clients take off the card\"

Examples:
  keyfence policy build notes.toml --out notes.policy")]
pub struct Args {
    /// The TOML file
    file: PathBuf,

    /// Where the encoding goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Replace an existing file
    #[arg(long)]
    force: bool,

    /// Build it even if every card will refuse it, to see a card do so
    #[arg(long)]
    unchecked: bool,
}

#[derive(Serialize)]
struct Built {
    file: String,
    bytes: usize,
    /// What an authority whose key is elsewhere signs with ECDSA: SHA-256 of domain and policy.
    to_sign: String,
    policy: PolicyView,
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n{} ({} bytes)\nto sign: SHA-256 {}",
            self.policy, self.file, self.bytes, self.to_sign
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let loaded = load(&args.file)?;
    if loaded.names.is_none() {
        return Err(CliError::usage(
            "E-POLICY-BUILT",
            format!("{} is built already", args.file.display()),
        )
        .hint("Sign it: `keyfence policy sign`; or build from its source."));
    }
    if !args.unchecked {
        Floor::compiled()
            .admit(&loaded.policy)
            .map_err(|refusal| CliError::from_explained(&refusal))?;
    }
    for finding in lint(&loaded.policy, &Floor::compiled()) {
        match finding.severity {
            Severity::Error if !args.unchecked => {
                return Err(CliError::usage("E-POLICY-LINT", finding.message)
                    .hint("Change the rule that it names, and build again."));
            }
            Severity::Error | Severity::Warning => ctx.warn("W-POLICY-LINT", finding.message),
            Severity::Note => {}
        }
    }
    let encoded = loaded.policy.encode();
    let existing = if args.force {
        Existing::Replace
    } else {
        Existing::Refuse
    };
    write_private(&args.out, &encoded, existing)?;
    Ok(Output::new(Built {
        file: args.out.display().to_string(),
        bytes: encoded.len(),
        to_sign: hex::encode(Sha256::digest(signing_message(&loaded.policy))),
        policy: PolicyView::new(&loaded.policy, loaded.names.as_deref(), 0),
    }))
}
