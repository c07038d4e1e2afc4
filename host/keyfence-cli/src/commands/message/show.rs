//! `keyfence message show`: one message of the store.

use zeroize::Zeroizing;

use super::view::View;
use crate::context::Context;
use crate::error::Result;
use crate::messaging::StoreArgs;
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Show a message of the store
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence message show 3
  keyfence message show 3 --raw > photo.jpg")]
pub struct Args {
    /// Its number, as `message list` shows it
    #[arg(value_name = "NUMBER")]
    id: i64,

    /// Print the payload's bytes and nothing else
    #[arg(long)]
    raw: bool,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    pin: PinArg,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let keys = ctx.card_keys(&args.pin, &mut Secrets::new())?;
    let store = args.store.open(&keys)?;
    let message = store.message(args.id)?;
    store.close()?;
    if args.raw {
        return Ok(Output::raw(Zeroizing::new(message.payload)));
    }
    Ok(Output::new(View::from(&message)))
}
