//! What in a policy, or in a change of policy, is legal and yet worth a second look.

use super::SEQUENCE_LIMIT;
use super::diff::Difference;
use super::encoding::Policy;
use super::floor::Floor;
use super::set::PathSet;
use super::sign::Fingerprint;
use super::state::CardPolicy;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth a second look.
    Warning,
    /// A card will refuse it.
    Error,
}

/// One thing that the linter found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Its stable name.
    pub code: &'static str,
    /// The rule that it is about, by its index on the card.
    pub rule: Option<usize>,
    /// What was found, in a sentence.
    pub message: String,
}

/// More boundary nodes than this in one rule are worth a second look.
const WIDE_BOUNDARY: u32 = 256;
/// Numbers above this leave little room for the next policies.
const HIGH_SEQUENCE: u32 = 0x8000_0000;
/// The purpose that isn't for wallets, where new uses belong.
const OPEN_PURPOSE: u32 = 43;

/// Looks a policy over by itself, against a floor.
pub fn lint(policy: &Policy, floor: &Floor) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |severity, code, rule, message: String| {
        findings.push(Finding {
            severity,
            code,
            rule,
            message,
        })
    };

    if policy.sequence() == SEQUENCE_LIMIT {
        find(
            Severity::Error,
            "sequence-limit",
            None,
            format!(
                "number {} is refused: no policy could follow it",
                policy.sequence()
            ),
        );
    } else if policy.sequence() >= HIGH_SEQUENCE {
        find(
            Severity::Warning,
            "sequence-high",
            None,
            format!(
                "number {} is high: every later policy must be above it",
                policy.sequence()
            ),
        );
    }
    if policy.rules().is_empty() {
        find(
            Severity::Note,
            "no-rules",
            None,
            "no rule: no private key leaves".into(),
        );
    }
    if policy.uid().is_none() && policy.sequence() > 0 {
        find(
            Severity::Note,
            "any-card",
            None,
            "not bound to a card: every card of this authority with a lower number takes it".into(),
        );
    }
    if policy.successor().is_some() {
        find(
            Severity::Note,
            "successor",
            None,
            "names a successor: from then on only the new authority's policies are taken".into(),
        );
    }

    for (index, rule) in policy.rules().iter().enumerate() {
        let mut find = |severity, code, message: String| find(severity, code, Some(index), message);
        if let Some(kept) = floor.reached_by(rule) {
            find(
                Severity::Error,
                "floor",
                format!(
                    "{rule} reaches {}, which the floor keeps on the card",
                    kept.subtree_text()
                ),
            );
        }
        if rule.tail_min() == 0 {
            find(
                Severity::Warning,
                "boundary-leaves",
                format!(
                    "{rule} lets the boundary node itself leave: whoever has it derives everything below {}",
                    rule.subtree_text()
                ),
            );
        }
        if rule.boundary_count() > WIDE_BOUNDARY {
            find(
                Severity::Warning,
                "wide-boundary",
                format!("{rule} gives {} subtrees away", rule.boundary_count()),
            );
        }
        let purpose = rule
            .range(0)
            .filter(|(lo, hi)| lo == hi && lo.is_hardened())
            .map(|(lo, _)| lo.index());
        if purpose != Some(OPEN_PURPOSE) {
            find(
                Severity::Note,
                "purpose",
                format!(
                    "{rule} lies outside m/43', where uses that are no wallets belong: make sure that none keeps coins there"
                ),
            );
        }
        let names = PathSet::of_rule(rule);
        for (other_index, other) in policy
            .rules()
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
        {
            let left = names.minus(&PathSet::of_rule(other));
            if left.is_empty() {
                find(
                    Severity::Warning,
                    "redundant",
                    format!(
                        "{rule} names nothing that rule {other_index}, {other}, doesn't: switching it off alone closes nothing"
                    ),
                );
            } else if other_index > index
                && !names.minus(&left).is_empty()
                && !PathSet::of_rule(other).minus(&names).is_empty()
            {
                find(
                    Severity::Warning,
                    "overlap",
                    format!(
                        "{rule} and rule {other_index}, {other}, have paths in common: switching one off leaves those open"
                    ),
                );
            }
        }
    }
    findings
}

/// Looks a policy over as the next one of this card.
pub fn lint_change(card: &CardPolicy, uid: &[u8; 16], next: &Policy) -> Vec<Finding> {
    let mut findings = lint(next, &card.floor);
    let mut find = |severity, code, message: String| {
        findings.push(Finding {
            severity,
            code,
            rule: None,
            message,
        });
    };

    let (state, current) = (&card.state, &card.policy);
    if next.sequence() == state.sequence && next != current {
        find(
            Severity::Error,
            "same-number",
            format!(
                "number {} is taken by another policy: two with one number make cards differ",
                next.sequence()
            ),
        );
    } else if next.sequence() <= state.sequence {
        find(
            Severity::Error,
            "sequence",
            format!(
                "number {} isn't above {}, the highest that this card has taken",
                next.sequence(),
                state.sequence
            ),
        );
    }
    if next.uid().is_some_and(|bound_to| bound_to != uid) {
        find(
            Severity::Error,
            "other-card",
            "bound to another card".into(),
        );
    }
    if state.frozen {
        find(
            Severity::Error,
            "frozen",
            "the card's policy is frozen: it takes no other until FACTORY RESET".into(),
        );
    }
    match state.authority {
        None => find(
            Severity::Error,
            "no-authority",
            "the card has no authority: its policy can't change".into(),
        ),
        Some(authority)
            if next
                .successor()
                .is_some_and(|key| key.fingerprint() == authority) =>
        {
            find(
                Severity::Note,
                "same-successor",
                "the successor is the authority that the card has already".into(),
            );
        }
        Some(_) => {}
    }

    if let Some(authority) = state.authority {
        // Of other cards only this is known: none has less than the compiled floor.
        findings.extend(differing_floors(
            next,
            authority,
            [&card.floor, &Floor::compiled()],
        ));
    }
    let mut find = |severity, code, message: String| {
        findings.push(Finding {
            severity,
            code,
            rule: None,
            message,
        });
    };

    let (before, after) = (card.evaluator(), card.evaluator_after(next));
    let difference = Difference::between(&before, &after);
    for piece in difference.reopened_extended.pieces() {
        find(
            Severity::Warning,
            "extended-reopened",
            format!(
                "drops a boundary: the extended public keys of {piece} may be read again, and with a private key exported there before they give their parents away"
            ),
        );
    }
    for piece in difference.closed.pieces() {
        find(
            Severity::Note,
            "closed",
            format!("closes {piece}: keys that were exported before stay out"),
        );
    }
    if before.switched_off != 0 {
        let on_again = after.exportable();
        for (index, rule) in current
            .rules()
            .iter()
            .enumerate()
            .filter(|(index, _)| before.is_off(*index))
        {
            let names = PathSet::of_rule(rule);
            let left = names.minus(&on_again);
            if left.is_empty() || !names.minus(&left).is_empty() {
                find(
                    Severity::Warning,
                    "switched-on-again",
                    format!(
                        "brings back paths of rule {index}, {rule}, which the owner had switched off"
                    ),
                );
            }
        }
    }
    findings
}

/// Warns of policies of one authority with the same number and different contents: cards that got one or the other differ for good.
pub fn same_number<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Vec<Finding> {
    let mut seen: Vec<&Policy> = Vec::new();
    let mut findings = Vec::new();
    for policy in policies {
        if seen
            .iter()
            .any(|other| other.sequence() == policy.sequence() && *other != policy)
        {
            findings.push(Finding {
                severity: Severity::Warning,
                code: "same-number",
                rule: None,
                message: format!(
                    "two policies carry number {}: cards that got one or the other differ",
                    policy.sequence()
                ),
            });
        }
        seen.push(policy);
    }
    findings
}

/// Warns where a policy of one authority would be taken by cards with some of these floors and refused by others.
pub fn differing_floors<'a>(
    policy: &Policy,
    authority: Fingerprint,
    floors: impl IntoIterator<Item = &'a Floor>,
) -> Option<Finding> {
    let verdicts: Vec<bool> = floors
        .into_iter()
        .map(|floor| floor.admit(policy).is_ok())
        .collect();
    (verdicts.contains(&true) && verdicts.contains(&false)).then(|| Finding {
        severity: Severity::Warning,
        code: "floors-differ",
        rule: None,
        message: format!("cards of authority {} with different floors would differ: some take this policy, some refuse it", authority),
    })
}
