//! `keyfence export`: gets keys off the card, as far as its export policy lets them out.

mod format;
mod keys;
mod refusal;
mod target;

use std::path::PathBuf;

use keyfence::Path;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::secret::{PinArg, Secrets};
use format::Format;
use target::Target;

/// Get keys off the card: whisper, database, or any path that its export policy lets out; needs the PIN
///
/// Private keys, unless --public or --extended-public is given. Paths look like m/43'/60'/1581'/0'/0; h and H mean ' too.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence export whisper database                        both keys of EIP-1581, as `name hex` lines
  keyfence export whisper --public
  keyfence export whisper --format raw --out whisper.key  32 bytes, mode 0600
  keyfence export --extended-public \"m/44'/60'/0'\"
  keyfence export --json m/43h/60h/1581h/0h/3")]
pub struct Args {
    /// whisper (m/43'/60'/1581'/0'/0), database (m/43'/60'/1581'/1'/0), or a path
    #[arg(required = true, value_name = "whisper|database|PATH")]
    keys: Vec<String>,

    /// The public keys
    #[arg(long)]
    public: bool,

    /// The public keys with their chain codes
    #[arg(long, conflicts_with = "public")]
    extended_public: bool,

    /// hex: `name hex` lines; raw: the bytes of one key, to a file or pipe only; json: as --json
    #[arg(long, value_enum, default_value_t = Format::Hex)]
    format: Format,

    /// Write to this file (mode 0600) instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Replace the file of --out if it exists
    #[arg(long, requires = "out")]
    force: bool,

    #[command(flatten)]
    pin: PinArg,
}

/// Which half of a key is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Private,
    Public,
    ExtendedPublic,
}

/// A key that was asked for: under its name on the command line.
struct Wanted {
    name: String,
    path: Path,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let wanted = args
        .keys
        .iter()
        .map(|text| Wanted::parse(text))
        .collect::<Result<Vec<_>>>()?;
    let target = Target::new(args.out, args.force);
    // All that can be wrong with format and file is said before a PIN is asked for.
    format::check(args.format, wanted.len(), ctx.options.json, &target)?;
    let part = match (args.public, args.extended_public) {
        (true, _) => Part::Public,
        (_, true) => Part::ExtendedPublic,
        _ => Part::Private,
    };
    let mut session = ctx.verified(&args.pin, &mut Secrets::new())?;
    let simulated = session.is_simulated();
    let exported = match keys::export(&mut session, &wanted, part) {
        Ok(keys) => keys::Exported { keys, simulated },
        Err(error) => return Err(refusal::explain(&mut session, part, error)),
    };
    format::deliver(exported, args.format, ctx.options.json, &target)
}

impl Wanted {
    fn parse(text: &str) -> Result<Self> {
        let (name, path) = match text {
            "whisper" => (text.to_owned(), Path::whisper()),
            "database" => (text.to_owned(), Path::database()),
            _ => {
                let path: Path = text.parse().map_err(keyfence::InputError::Path)?;
                (path.to_string(), path)
            }
        };
        Ok(Self { name, path })
    }
}
