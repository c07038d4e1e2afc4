//! `keyfence sign hash`: a hash as it is.

use super::signer::SignerArgs;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;

/// Sign a 32-byte hash as it is; needs the PIN
///
/// Nobody can see what a bare hash stands for: sign only hashes that you have made yourself.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence sign hash 0x9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658
  keyfence sign hash --path \"m/44'/60'/0'/0/1\" 9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658
  keyfence sign hash --pinless 9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658")]
pub struct Args {
    /// 32 bytes in hex, with or without 0x
    hash: String,
    #[command(flatten)]
    signer: SignerArgs,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut hash = [0; 32];
    let digits = args.hash.strip_prefix("0x").unwrap_or(&args.hash);
    hex::decode_to_slice(digits, &mut hash).map_err(|_| {
        CliError::usage("E-HASH", "a hash is 32 bytes in hex: 64 digits")
            .hint("For a text use `keyfence sign message`.")
    })?;
    args.signer.path()?;
    Ok(Output::new(args.signer.sign(ctx, &hash)?))
}
