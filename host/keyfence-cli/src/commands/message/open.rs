//! `keyfence message open`: envelopes become messages, in the store and on the screen.

use std::path::PathBuf;

use keyfence_messaging::store::{Contact, Direction, NewMessage, Store, StoredTopic};
use keyfence_messaging::{
    Channel, Checks, DEFAULT_MAX_MESSAGE_SIZE, DEFAULT_MINIMUM_WORK, Envelope, Keyring, Lock,
    MAX_MESSAGE_SIZE, Opened, decode_stream,
};
use zeroize::Zeroizing;

use super::input;
use super::view::{View, Views};
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::messaging::{StoreArgs, now, person};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Open envelopes with the card's whisper key or a chat's name, and keep the messages in the store
///
/// Binary (one envelope), hexadecimal digits or JSON (any number, one a line) from a file or from standard input. Listens on
/// the card's own topics, on the chats of --chat and those of earlier --chat, and on what --from names.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence message open envelope.hex
  ssh relay fetch | keyfence message open --chat status
  keyfence message open --raw photo.envelope > photo.jpg
  keyfence message open --name Alice envelope.hex     remembers whoever signed it as Alice")]
pub struct Args {
    /// The envelopes' file [default: standard input]
    #[arg(value_name = "FILE")]
    input: Option<PathBuf>,

    /// A public chat to listen on, and to remember in the store
    #[arg(long, value_name = "NAME")]
    chat: Vec<String>,

    /// A person whose negotiated topic and contact code to listen on: a public key, or a contact's name
    #[arg(long, value_name = "PUBKEY|NAME")]
    from: Vec<String>,

    /// Remember whoever signed it (one envelope only) as a contact of this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Print the payload's bytes (of one envelope) and nothing else
    #[arg(long)]
    raw: bool,

    /// Open also what has expired
    #[arg(long)]
    expired: bool,

    /// Least proof of work
    #[arg(long, value_name = "WORK", default_value_t = DEFAULT_MINIMUM_WORK)]
    min_work: f64,

    /// Largest envelope, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_MESSAGE_SIZE)]
    max_size: usize,

    /// Don't keep the messages in the store
    #[arg(long, conflicts_with = "store")]
    no_store: bool,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    pin: PinArg,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let keys = ctx.card_keys(&args.pin, &mut Secrets::new())?;
    let store = match args.no_store {
        true => None,
        false => Some(args.store.open_or_create(&keys)?),
    };
    let mut keyring = Keyring::new(&keys.whisper);
    let mut chats = args.chat.clone();
    for topic in store
        .as_ref()
        .map(Store::topics)
        .transpose()?
        .unwrap_or_default()
    {
        if topic.kind == "chat" && !chats.contains(&topic.name) {
            chats.push(topic.name);
        }
    }
    for chat in &chats {
        keyring.listen(Channel::public_chat(chat));
    }
    for from in &args.from {
        let other = person(from, store.as_ref())?;
        keyring.listen(Channel::negotiated(&keys.whisper, &other));
        keyring.listen(Channel::contact_code(&other));
    }
    remember_chats(&args.chat, store.as_ref())?;

    // Hexadecimal digits of several envelopes of the largest size; larger inputs are better split.
    let bytes = input::read(args.input.as_deref(), 64 * 1024 * 1024)?;
    let envelopes = decode_stream(&bytes)?;
    if envelopes.is_empty() {
        return Err(
            CliError::data("E-NO-MESSAGE", "the input holds no envelope")
                .hint("Name an envelope's file, or give one on standard input."),
        );
    }
    let only = envelopes.len() == 1;
    if !only && (args.raw || args.name.is_some()) {
        return Err(CliError::usage(
            "E-ONE-ENVELOPE",
            format!(
                "--raw and --name are for one envelope; there are {}",
                envelopes.len()
            ),
        )
        .hint("Open one envelope at a time, or leave these options out."));
    }
    let checks = Checks {
        now: now(),
        minimum_work: args.min_work,
        max_size: args.max_size.min(MAX_MESSAGE_SIZE),
        accept_expired: args.expired,
    };
    let mut messages = Vec::new();
    for (number, envelope) in envelopes.iter().enumerate() {
        let opened = checks
            .check(envelope)
            .and_then(|_| keyring.open(envelope))
            .map_err(CliError::from);
        match opened {
            Ok((opened, channel)) => {
                let chat = chat_of(channel, &chats);
                let view = keep(&args, store.as_ref(), envelope, &opened, channel, chat)?;
                if args.raw {
                    return Ok(Output::raw(Zeroizing::new(opened.payload().to_vec())));
                }
                messages.push(view);
            }
            Err(error) if only => return Err(error),
            // Of many, some may well be for others.
            Err(error) => ctx.warn(
                "W-ENVELOPE-SKIPPED",
                format!(
                    "envelope {}: {} [{}]",
                    number + 1,
                    error.message,
                    error.code
                ),
            ),
        }
    }
    if messages.is_empty() {
        return Err(
            CliError::data("E-NO-MESSAGE", "no envelope could be opened")
                .hint("Check the card, and name chats with --chat."),
        );
    }
    if let Some(store) = store {
        store.close()?;
    }
    Ok(Output::new(Views { messages }))
}

fn remember_chats(chats: &[String], store: Option<&Store>) -> Result<()> {
    let Some(store) = store else { return Ok(()) };
    for chat in chats {
        let topic = StoredTopic {
            kind: "chat".to_owned(),
            name: chat.clone(),
            topic: Channel::public_chat(chat).topic(),
        };
        store.add_topic(&topic, now())?;
    }
    Ok(())
}

/// The name of a chat's channel.
fn chat_of<'a>(channel: &Channel, chats: &'a [String]) -> Option<&'a str> {
    let same = |chat: &&String| Channel::public_chat(chat).topic() == channel.topic();
    (channel.kind() == "chat")
        .then(|| chats.iter().find(same).map(String::as_str))
        .flatten()
}

fn keep(
    args: &Args,
    store: Option<&Store>,
    envelope: &Envelope<'_>,
    opened: &Opened,
    channel: &Channel,
    chat: Option<&str>,
) -> Result<View> {
    let recipient = match channel.lock() {
        Lock::PublicKey(key) => Some(*key),
        Lock::Password(_) => None,
    };
    let (mut id, mut from_name) = (None, None);
    if let Some(store) = store {
        if let (Some(name), Some(&public_key)) = (&args.name, opened.signer()) {
            let contact = Contact {
                public_key,
                name: name.clone(),
            };
            store.add_contact(&contact, now())?;
        }
        if let Some(signer) = opened.signer() {
            from_name = store.contact_name(signer)?;
        }
        id = Some(store.add_message(&NewMessage {
            envelope: envelope.hash(),
            direction: Direction::Received,
            topic: envelope.topic,
            kind: channel.kind(),
            chat,
            sender: opened.signer().copied(),
            recipient,
            sent: envelope.sent(),
            stored: now(),
            payload: opened.payload(),
        })?);
    }
    Ok(View {
        id,
        direction: "received",
        kind: channel.kind().to_owned(),
        chat: chat.map(str::to_owned),
        topic: envelope.topic.to_string(),
        from: opened.signer().map(|key| key.to_hex()),
        from_name,
        to: recipient.map(|key| key.to_hex()),
        sent: envelope.sent(),
        envelope: hex::encode(envelope.hash()),
        text: None,
        payload: None,
        length: 0,
    }
    .with_payload(opened.payload()))
}
