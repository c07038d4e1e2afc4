//! `keyfence address`: the Ethereum address of a path.

use std::fmt;

use keyfence::Path;
use keyfence::key::PublicKey;
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::ethereum::{DEFAULT_PATH, address_of};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Show the Ethereum addresses of paths; needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence address
  keyfence address \"m/44'/60'/0'/0/0\" \"m/44'/60'/0'/0/1\"
  keyfence address --json m/44h/60h/0h/0/7")]
pub struct Args {
    /// Paths of the keys
    #[arg(value_name = "PATH", default_value = DEFAULT_PATH)]
    paths: Vec<String>,
    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Addresses {
    addresses: Vec<Address>,
    simulated: bool,
}

#[derive(Serialize)]
struct Address {
    path: String,
    address: String,
    public_key: String,
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Address { path, address, .. }) in self.addresses.iter().enumerate() {
            write!(f, "{}{path} {address}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let paths = args
        .paths
        .iter()
        .map(|text| text.parse())
        .collect::<Result<Vec<Path>, _>>()
        .map_err(keyfence::InputError::Path)?;
    let mut session = ctx.verified(&args.pin, &mut Secrets::new())?;
    let keys = session.export_many::<PublicKey>(&paths)?;
    let addresses = paths
        .iter()
        .zip(&keys)
        .map(|(path, key)| Address {
            path: path.to_string(),
            address: address_of(key),
            public_key: hex::encode(key.as_bytes()),
        })
        .collect();
    Ok(Output::new(Addresses {
        addresses,
        simulated: session.is_simulated(),
    }))
}
