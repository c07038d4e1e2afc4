//! `keyfence policy check`: may this key leave, and if not, why.

use std::fmt;
use std::path::PathBuf;

use keyfence::Path;
use keyfence::policy::{Decision, Evaluator};
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::output::Output;
use crate::policy::{load, read};

/// Say whether the keys of these paths may leave the card, and if not, which rule comes nearest; nothing is exported
///
/// Ends with exit code 5 if a private key may not leave.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy check m/43'/60'/1581'/2'/0
  keyfence policy check m/44'/60'/0'/0/0 --policy notes.toml")]
pub struct Args {
    /// Derivation paths
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,

    /// Ask a policy file (against the floor that every card has) instead of the card
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

#[derive(Serialize)]
struct Checked {
    paths: Vec<Verdict>,
}

#[derive(Serialize)]
struct Verdict {
    path: String,
    private_key: bool,
    /// The rule that lets it out.
    rule: Option<usize>,
    extended_public_key: bool,
    without_pin: bool,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, verdict) in self.paths.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let word = |allowed| if allowed { "yes" } else { "no" };
            write!(f, "{}: private key ", verdict.path)?;
            match verdict.rule {
                Some(rule) => write!(f, "yes, by rule {rule}")?,
                None => f.write_str(word(verdict.private_key))?,
            }
            write!(
                f,
                "; extended public key {}; may sign without a PIN {}",
                word(verdict.extended_public_key),
                word(verdict.without_pin)
            )?;
        }
        Ok(())
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let paths: Vec<Path> = args
        .paths
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error| CliError::from_explained(&error))
        })
        .collect::<Result<_>>()?;
    let evaluator = match args.policy {
        Some(file) => Evaluator::new(load(&file)?.policy),
        None => read(&mut ctx.channel()?)?.card.evaluator(),
    };
    let verdict = |path: &Path| {
        let private = evaluator.private(path);
        Verdict {
            path: path.to_string(),
            private_key: private.is_allowed(),
            rule: if let Decision::Allowed(rule) = private {
                rule
            } else {
                None
            },
            extended_public_key: evaluator.extended_public(path).is_allowed(),
            without_pin: evaluator.pinless(path).is_allowed(),
        }
    };
    let checked = Checked {
        paths: paths.iter().map(verdict).collect(),
    };
    let refusals: Vec<_> = paths
        .iter()
        .filter_map(|path| evaluator.explain(path))
        .collect();
    match refusals.as_slice() {
        [] => Ok(Output::new(checked)),
        [first, ..] => {
            let told = CliError::from_explained(first);
            let messages: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            let mut error = CliError::new(Family::Policy, told.code, messages.join("\n       "));
            error.hint = told.hint;
            let verdicts = serde_json::to_value(&checked.paths).unwrap_or_default();
            Err(error.detail("paths", verdicts))
        }
    }
}
