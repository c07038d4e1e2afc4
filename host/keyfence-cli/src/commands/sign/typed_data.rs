//! `keyfence sign typed-data`: structured data, as EIP-712 says.

use std::fmt;
use std::path::{Path, PathBuf};

use alloy_dyn_abi::TypedData;
use serde::Serialize;

use super::signer::{Signed, SignerArgs};
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files;
use crate::output::Output;

/// Sign structured data as EIP-712 says (eth_signTypedData_v4); needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence sign typed-data order.json
  keyfence sign typed-data - < order.json")]
pub struct Args {
    /// JSON with types, primaryType, domain and message; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    signer: SignerArgs,
}

/// The signature, and what it was given for.
#[derive(Serialize)]
struct SignedData {
    primary_type: String,
    domain: serde_json::Value,
    #[serde(flatten)]
    signed: Signed,
}

impl fmt::Display for SignedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\ntype:       {}\ndomain:     {}",
            self.signed, self.primary_type, self.domain
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let data: TypedData = serde_json::from_slice(&files::read_all(&args.file)?)
        .map_err(|error| unusable(&args.file, &error))?;
    let hash = data
        .eip712_signing_hash()
        .map_err(|error| unusable(&args.file, &error))?;
    let domain =
        serde_json::to_value(&data.domain).map_err(|error| unusable(&args.file, &error))?;
    args.signer.path()?;
    let signed = args.signer.sign(ctx, &hash.0)?;
    Ok(Output::new(SignedData {
        primary_type: data.primary_type,
        domain,
        signed,
    }))
}

fn unusable(file: &Path, error: &dyn fmt::Display) -> CliError {
    CliError::data(
        "E-TYPED-DATA",
        format!("{} isn't EIP-712 data: {error}", file.display()),
    )
    .hint("It is one JSON object with types, primaryType, domain and message.")
}
