//! `keyfence message seal`: a payload becomes an envelope.

use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use keyfence_messaging::store::{Direction, NewMessage, Store};
use keyfence_messaging::{
    CardKeys, Channel, Envelope, Error, Format as EnvelopeFormat, Lock, MAX_PAYLOAD, SealRequest,
    Work, encode_json, seal, work_of,
};
use serde::Serialize;
use zeroize::Zeroizing;

use super::input;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files::{self, Existing};
use crate::messaging::{StoreArgs, now, person};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Seal a message to a person or for a public chat; signs it with the card's whisper key, and keeps it in the store
///
/// The payload comes from standard input or --in. With --unsigned, and unless a store or a negotiated topic is asked for,
/// no card is needed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  echo 'Hello Bob' | keyfence message seal --to 04… > envelope.hex
  echo 'Hello all' | keyfence message seal --chat status | ssh relay post
  keyfence message seal --to Bob --in photo.jpg --format binary --out photo.envelope
  echo psst | keyfence message seal --to 04… --unsigned")]
pub struct Args {
    /// Whom it is for: a public key in hexadecimal digits, or a contact's name
    #[arg(
        long,
        value_name = "PUBKEY|NAME",
        required_unless_present = "chat",
        conflicts_with = "chat"
    )]
    to: Option<String>,

    /// The public chat that it is for; whoever knows the name can read it
    #[arg(long, value_name = "NAME")]
    chat: Option<String>,

    /// Topic on which a person is reached
    #[arg(long, value_enum, default_value_t = Via::Personal, conflicts_with = "chat")]
    via: Via,

    /// Don't sign it: nobody can tell whose it is
    #[arg(long)]
    unsigned: bool,

    /// The payload's file instead of standard input
    #[arg(long = "in", value_name = "FILE")]
    input: Option<PathBuf>,

    /// How the envelope is written
    #[arg(long, value_enum, default_value_t = Format::Hex)]
    format: Format,

    /// Write the envelope to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Seconds until it expires; work grows with them
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..))]
    ttl: u32,

    /// Proof of work that it must show; nodes ask for 0.2
    #[arg(long, value_name = "WORK", default_value_t = 0.2)]
    work: f64,

    /// Seconds after which the search for the proof of work gives up
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    work_limit: u32,

    /// Don't keep the message in the store
    #[arg(long, conflicts_with = "store")]
    no_store: bool,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Via {
    /// The topic of this one key
    Personal,
    /// A topic that one in 5,000 keys shares: hides better who is written to
    Partitioned,
    /// The topic that only the two of you know
    Negotiated,
    /// The topic on which this key publishes its contact code; whoever knows the key can read it
    ContactCode,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Format {
    Hex,
    Json,
    Binary,
}

impl From<Format> for EnvelopeFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Hex => Self::Hex,
            Format::Json => Self::Json,
            Format::Binary => Self::Binary,
        }
    }
}

/// What was sealed.
#[derive(Serialize)]
struct Sealed {
    hash: String,
    topic: String,
    kind: &'static str,
    signed: bool,
    expiry: u32,
    work: f64,
    /// Its number in the store.
    stored: Option<i64>,
    /// The file that it was written to.
    file: Option<String>,
    /// The envelope in hexadecimal digits, unless it went to a file.
    envelope: Option<String>,
    #[serde(skip)]
    text: String,
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    if args.format == Format::Binary && args.out.is_none() && !ctx.options.json {
        Output::check_raw(false)?;
    }
    if let Some(path) = args
        .out
        .as_ref()
        .filter(|path| path.symlink_metadata().is_ok())
    {
        return Err(files::exists(path));
    }
    let wants_store = !args.no_store && (!args.unsigned || args.store.is_named());
    let wants_card = wants_store || !args.unsigned || args.via == Via::Negotiated;
    let keys = match wants_card {
        true => Some(ctx.card_keys(&args.pin, &mut Secrets::new())?),
        false => None,
    };
    let store = match &keys {
        Some(keys) if wants_store => Some(args.store.open_or_create(keys)?),
        _ => None,
    };
    let channel = channel(&args, keys.as_ref(), store.as_ref())?;
    let payload = input::read(args.input.as_deref(), MAX_PAYLOAD as u64)?;
    let now = now();
    let request = SealRequest {
        payload: &payload,
        to: channel.recipient(),
        signer: keys
            .as_ref()
            .filter(|_| !args.unsigned)
            .map(|keys| keys.whisper.secret_key()),
        topic: channel.topic(),
        now,
        ttl: args.ttl,
        work: Work {
            target: args.work,
            limit: Duration::from_secs(args.work_limit.into()),
            threads: 0,
        },
    };
    let envelope = seal_with_progress(&request, ctx)?;
    let stored = match (&store, &keys) {
        (Some(store), Some(keys)) => Some(keep(&args, store, keys, &channel, &envelope, &payload)?),
        _ => None,
    };
    deliver(&args, ctx, &envelope, &channel, stored)
}

/// The channel that the options name.
fn channel(args: &Args, keys: Option<&CardKeys>, store: Option<&Store>) -> Result<Channel> {
    if let Some(chat) = &args.chat {
        return Ok(Channel::public_chat(chat));
    }
    let to = person(args.to.as_deref().unwrap_or_default(), store)?;
    match (args.via, keys) {
        (Via::Personal, _) => Ok(Channel::personal(&to)),
        (Via::Partitioned, _) => Ok(Channel::partitioned(&to)),
        (Via::ContactCode, _) => Ok(Channel::contact_code(&to)),
        (Via::Negotiated, Some(keys)) => Ok(Channel::negotiated(&keys.whisper, &to)),
        (Via::Negotiated, None) => Err(CliError::usage(
            "E-NO-CARD",
            "a negotiated topic needs the card",
        )
        .hint("Use a card, or another kind of topic.")),
    }
}

/// Seals, with a line about the work on a terminal.
fn seal_with_progress(request: &SealRequest<'_>, ctx: &Context) -> Result<Envelope<'static>> {
    let stderr = std::io::stderr();
    let shown = !ctx.options.json && stderr.is_terminal();
    let mut lines = 0;
    let envelope = seal(request, &mut |progress| {
        if shown {
            lines += 1;
            let share = (progress.hashes as f64 / progress.expected * 100.0).min(999.0);
            let _ = write!(
                stderr.lock(),
                "\rproof of work: {} hashes, {share:.0} % of what it takes on average, {:.0} s ",
                progress.hashes,
                progress.elapsed.as_secs_f64()
            );
        }
        ControlFlow::Continue(())
    });
    if lines > 0 {
        let _ = writeln!(stderr.lock());
    }
    Ok(envelope?)
}

fn keep(
    args: &Args,
    store: &Store,
    keys: &CardKeys,
    channel: &Channel,
    envelope: &Envelope<'_>,
    payload: &[u8],
) -> Result<i64> {
    let recipient = match (channel.lock(), &args.to) {
        (Lock::PublicKey(key), _) => Some(*key),
        (Lock::Password(_), Some(to)) => Some(person(to, Some(store))?),
        (Lock::Password(_), None) => None,
    };
    Ok(store.add_message(&NewMessage {
        envelope: envelope.hash(),
        direction: Direction::Sent,
        topic: channel.topic(),
        kind: channel.kind(),
        chat: args.chat.as_deref(),
        sender: (!args.unsigned).then(|| *keys.whisper.public_key()),
        recipient,
        sent: envelope.sent(),
        stored: now(),
        payload,
    })?)
}

fn deliver(
    args: &Args,
    ctx: &Context,
    envelope: &Envelope<'_>,
    channel: &Channel,
    stored: Option<i64>,
) -> Result<Output> {
    let bytes = EnvelopeFormat::from(args.format).encode(envelope);
    let mut sealed = Sealed {
        hash: hex::encode(envelope.hash()),
        topic: envelope.topic.to_string(),
        kind: channel.kind(),
        signed: !args.unsigned,
        expiry: envelope.expiry,
        work: match work_of(envelope, envelope.ttl) {
            Err(Error::ZeroTtl) => 0.0,
            work => work?,
        },
        stored,
        file: None,
        envelope: None,
        text: String::new(),
    };
    if let Some(path) = &args.out {
        files::write_private(path, &bytes, Existing::Refuse)?;
        sealed.text = format!("envelope {} written to {}", sealed.hash, path.display());
        sealed.file = Some(path.display().to_string());
        return Ok(Output::new(sealed));
    }
    if args.format == Format::Binary && !ctx.options.json {
        return Ok(Output::raw(Zeroizing::new(bytes)));
    }
    sealed.envelope = Some(hex::encode(envelope.encode()));
    sealed.text = match args.format {
        Format::Json => encode_json(envelope),
        _ => hex::encode(envelope.encode()),
    };
    Ok(Output::new(sealed))
}
