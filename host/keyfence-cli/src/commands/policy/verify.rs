//! `keyfence policy verify`: whose signature a signed policy carries, without a card.

use std::fmt;
use std::path::PathBuf;

use keyfence::policy::Floor;
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::output::Output;
use crate::policy::{PolicyView, load_signed, public_key};

/// Verify a signed policy: the authority's signature, the encoding, and that it keeps to the floor; no card is needed
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy verify notes.signed --authority authority.pub")]
pub struct Args {
    /// The signed policy
    file: PathBuf,

    /// Whose signature it should be: a public key in hex, or a file with one
    #[arg(long, value_name = "KEY|FILE")]
    authority: String,
}

#[derive(Serialize)]
struct Verified {
    file: String,
    authority: String,
    policy: PolicyView,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nsigned by authority {}", self.policy, self.authority)
    }
}

pub fn run(args: Args, _ctx: &mut Context) -> Result<Output> {
    let authority = public_key(&args.authority)?;
    let signed = load_signed(&args.file)?;
    if !signed.is_signed_by(&authority) {
        return Err(CliError::new(
            Family::Policy,
            "E-POLICY-SIGNATURE",
            format!(
                "{} isn't signed by authority {}",
                args.file.display(),
                authority.fingerprint()
            ),
        )
        .hint("Don't give it to anybody: compare the fingerprint, and fetch the file again."));
    }
    Floor::compiled()
        .admit(signed.policy())
        .map_err(|refusal| CliError::from_explained(&refusal))?;
    Ok(Output::new(Verified {
        file: args.file.display().to_string(),
        authority: authority.fingerprint().to_string(),
        policy: PolicyView::new(signed.policy(), None, 0),
    }))
}
