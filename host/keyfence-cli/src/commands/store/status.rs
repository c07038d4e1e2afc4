//! `keyfence store status`: what the store is and holds, and whether every page of it is sound.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::messaging::StoreArgs;
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Show what the store holds, and check every page of it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence store status
  keyfence store status --store old.db --store-format status")]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Status {
    file: String,
    format: String,
    schema_version: u32,
    messages: u64,
    contacts: u64,
    topics: u64,
    size: u64,
    sound: bool,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "file      {}\nformat    {}\nschema    {}\nmessages  {}\ncontacts  {}\ntopics    {}\nsize      {} bytes, every page sound",
            self.file,
            self.format,
            self.schema_version,
            self.messages,
            self.contacts,
            self.topics,
            self.size
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let keys = ctx.card_keys(&args.pin, &mut Secrets::new())?;
    let store = args.store.open(&keys)?;
    store.verify()?;
    let status = store.status()?;
    let file = store.path().display().to_string();
    store.close()?;
    Ok(Output::new(Status {
        file,
        format: status.parameters.to_string(),
        schema_version: status.schema_version,
        messages: status.messages,
        contacts: status.contacts,
        topics: status.topics,
        size: status.size,
        sound: true,
    }))
}
