//! `keyfence policy lint`: what in a policy is legal and yet worth a second look.

use std::fmt;
use std::path::PathBuf;

use keyfence::policy::{Floor, lint, lint_change, same_number};
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::output::Output;
use crate::policy::{FindingView, load, plural, read};

/// Look policy files over: what a card would refuse, and what is legal and yet worth a second look
///
/// Ends with exit code 5 if a card would refuse one of them.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy lint notes.toml
  keyfence policy lint --card notes.toml     also as the next policy of the card in the reader
  keyfence policy lint 2026/*.signed         also whether two carry one number")]
pub struct Args {
    /// Policy files: TOML, encoded or signed
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Look at each as the next policy of the card as well
    #[arg(long)]
    card: bool,
}

#[derive(Serialize)]
struct Report {
    files: Vec<FileReport>,
    together: Vec<FindingView>,
}

#[derive(Serialize)]
struct FileReport {
    file: String,
    findings: Vec<FindingView>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        for file in &self.files {
            if file.findings.is_empty() {
                lines.push(format!("{}: nothing found", file.file));
            }
            lines.extend(
                file.findings
                    .iter()
                    .map(|finding| format!("{}: {finding}", file.file)),
            );
        }
        lines.extend(self.together.iter().map(ToString::to_string));
        f.write_str(&lines.join("\n"))
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let policies = args
        .files
        .iter()
        .map(|file| Ok(load(file)?.policy))
        .collect::<Result<Vec<_>>>()?;
    let card = if args.card {
        Some(read(&mut ctx.channel()?)?)
    } else {
        None
    };
    let floor = Floor::compiled();
    let files: Vec<FileReport> = args
        .files
        .iter()
        .zip(&policies)
        .map(|(file, policy)| {
            let findings = match &card {
                Some(card) => lint_change(&card.card, &card.uid, policy),
                None => lint(policy, &floor),
            };
            FileReport {
                file: file.display().to_string(),
                findings: findings.into_iter().map(Into::into).collect(),
            }
        })
        .collect();
    let report = Report {
        files,
        together: same_number(&policies).into_iter().map(Into::into).collect(),
    };
    let errors: Vec<String> = report
        .files
        .iter()
        .flat_map(|file| {
            file.findings
                .iter()
                .filter(|finding| finding.severity == "error")
                .map(|finding| format!("{}: {finding}", file.file))
        })
        .collect();
    if errors.is_empty() {
        return Ok(Output::new(report));
    }
    let findings = serde_json::to_value(&report).unwrap_or_default();
    Err(CliError::new(
        Family::Policy,
        "E-POLICY-LINT",
        format!(
            "a card would refuse this ({} error{}):\n{report}",
            errors.len(),
            plural(errors.len())
        ),
    )
    .hint("Change the rule that it names, and build again.")
    .detail("findings", findings))
}
