//! `keyfence sign message`: a text or file, as EIP-191 says (personal_sign).

use std::path::PathBuf;

use super::signer::SignerArgs;
use crate::context::Context;
use crate::error::Result;
use crate::files;
use crate::output::Output;

/// Sign a message as EIP-191 says, like wallets' personal_sign; needs the PIN
///
/// Signed is the Keccak-256 of "\x19Ethereum Signed Message:\n", the length in bytes, and the message.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence sign message \"I agree\"
  keyfence sign message --file contract.txt
  echo -n \"I agree\" | keyfence sign message --file - --pin-from file:pin.txt")]
pub struct Args {
    /// The message
    #[arg(required_unless_present = "file")]
    text: Option<String>,

    /// Sign the bytes of this file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,

    #[command(flatten)]
    signer: SignerArgs,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let message = match (args.text, &args.file) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(path)) => files::read_all(path)?,
        (None, None) => Vec::new(),
    };
    args.signer.path()?;
    let hash = alloy_primitives::eip191_hash_message(message);
    Ok(Output::new(args.signer.sign(ctx, &hash.0)?))
}
