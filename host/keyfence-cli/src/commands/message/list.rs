//! `keyfence message list`: the messages of the store, newest first.

use std::fmt;

use keyfence_messaging::store::Filter;
use serde::Serialize;

use super::view::{View, printable};
use crate::context::Context;
use crate::error::Result;
use crate::messaging::{StoreArgs, person};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// List the messages in the store, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence message list
  keyfence message list --chat status --limit 5
  keyfence message list --from Alice --json")]
pub struct Args {
    /// Only those of this public chat
    #[arg(long, value_name = "NAME")]
    chat: Option<String>,

    /// Only those signed by this person: a public key, or a contact's name
    #[arg(long, value_name = "PUBKEY|NAME")]
    from: Option<String>,

    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct List {
    messages: Vec<View>,
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.messages.is_empty() {
            return f.write_str("no messages");
        }
        write!(
            f,
            "{:>6}  {:<10}  {:<18}  message",
            "number", "sent", "from"
        )?;
        for message in &self.messages {
            let from = match (&message.from_name, &message.from) {
                (Some(name), _) => printable(name),
                (None, Some(key)) => format!("{}…", &key[..17]),
                (None, None) => "unsigned".to_owned(),
            };
            let text = match &message.text {
                Some(text) => printable(text.lines().next().unwrap_or_default()),
                None => format!("({} bytes)", message.length),
            };
            let line: String = text.chars().take(60).collect();
            let id = message.id.unwrap_or_default();
            write!(f, "\n{id:>6}  {:<10}  {from:<18}  {line}", message.sent)?;
        }
        Ok(())
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let keys = ctx.card_keys(&args.pin, &mut Secrets::new())?;
    let store = args.store.open(&keys)?;
    let sender = match &args.from {
        Some(from) => Some(person(from, Some(&store))?),
        None => None,
    };
    let filter = Filter {
        chat: args.chat.as_deref(),
        sender: sender.as_ref(),
    };
    let messages = store
        .messages(&filter, args.limit)?
        .iter()
        .map(View::from)
        .collect();
    store.close()?;
    Ok(Output::new(List { messages }))
}
