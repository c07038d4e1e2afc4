//! A thousand (policy, path) pairs through UPDATE EXPORT POLICY and EXPORT KEY themselves, against the host's evaluator.

use keyfence::path::{Component, Path};
use keyfence::policy::{Evaluator, Floor, Policy, Rule};

use crate::card::{allowed, authority, sign, state, with_wallet};
use crate::random::Random;

const POLICIES: u32 = 125;
const PATHS: u64 = 8;

/// Where the compiled floor leaves room, and letters to go on with.
const BEGINNINGS: [&[u32]; 4] = [
    &[0x8000_002B, 0x8000_003C, 0x8000_062D],
    &[0x8000_002B],
    &[0x8000_002C, 0x8000_04D5],
    &[0x84FD_1E48, 0x8001_F4A9],
];
const LETTERS: [u32; 8] = [
    0x8000_0000,
    0x8000_0001,
    0,
    1,
    0xC000_0000,
    0xC0FF_FFFF,
    0xFFFF_FFFF,
    0x8000_062D,
];

fn rule(random: &mut Random, beginning: &[u32]) -> Rule {
    let more = random.below(2);
    let prefix: Vec<Component> = beginning
        .iter()
        .copied()
        .chain((0..more).map(|_| *random.pick(&LETTERS)))
        .map(Component::from_u32)
        .collect();
    let (a, b) = (
        random.pick(&LETTERS) | 0x8000_0000,
        random.pick(&LETTERS) | 0x8000_0000,
    );
    let room = 9 - prefix.len() as u64;
    let (c, d) = (random.below(3), random.below(room.min(4) + 1));
    Rule::new(
        prefix,
        Component::from_u32(a.min(b)),
        Component::from_u32(a.max(b)),
        c.min(d) as u8,
        c.max(d) as u8,
    )
    .unwrap()
}

fn path(random: &mut Random, policy: &Policy) -> Path {
    let mut components: Vec<Component> = Vec::new();
    if policy.rules().is_empty() || random.below(4) == 0 {
        components.extend(
            random
                .pick(&BEGINNINGS)
                .iter()
                .map(|c| Component::from_u32(*c)),
        );
    } else {
        let rule = random.pick(policy.rules());
        components.extend(rule.prefix());
        let end = if random.below(2) == 0 {
            rule.lo()
        } else {
            rule.hi()
        };
        let beside = [0u32, 0, 0, 1, u32::MAX][random.below(5) as usize];
        components.push(Component::from_u32(end.to_u32().wrapping_add(beside)));
        let tail = [
            rule.tail_min(),
            rule.tail_max(),
            rule.tail_max() + 1,
            rule.tail_min().saturating_sub(1),
        ][random.below(4) as usize];
        components.extend((0..tail).map(|_| Component::from_u32(*random.pick(&LETTERS))));
    }
    components.truncate(10);
    Path::new(components).unwrap()
}

#[test]
fn card_and_host_agree_on_a_thousand_exports() {
    let mut random = Random::from_environment();
    let rounds = if std::env::var_os("KEYFENCE_SOAK").is_some() {
        10
    } else {
        1
    };
    let owner = authority(1);
    let (_simulator, mut session) = with_wallet(&owner);
    let (mut pairs, mut out) = (0, 0);
    let mut updating = std::time::Duration::ZERO;
    for sequence in 1..=POLICIES * rounds {
        let beginning = *random.pick(&BEGINNINGS);
        let mut rules: Vec<Rule> = (0..random.below(4))
            .map(|_| rule(&mut random, beginning))
            .collect();
        rules.sort_by_key(ToString::to_string);
        rules.dedup();
        rules.retain(|rule| Floor::compiled().reached_by(rule).is_none());
        let policy = Policy::new(sequence, None, None, rules).unwrap();
        let signed = sign(policy.clone(), &owner);
        let before = std::time::Instant::now();
        let digest = session.update_policy(&signed).unwrap();
        updating += before.elapsed();
        assert_eq!(digest, policy.digest());
        let mut evaluator = Evaluator::new(policy.clone());
        if !policy.rules().is_empty() && random.below(3) == 0 {
            let off = random.below(policy.rules().len() as u64) as u8;
            session.narrow_policy(off, None).unwrap();
            evaluator.switched_off = 1 << off;
        }
        for _ in 0..PATHS {
            let path = path(&mut random, &policy);
            let key = allowed(session.export_private(&path));
            assert_eq!(
                key.is_some(),
                evaluator.private(&path).is_allowed(),
                "private key of {path} under {evaluator:?}"
            );
            if pairs % 8 == 0 {
                let extended = allowed(session.export_extended(&path));
                assert_eq!(
                    extended.is_some(),
                    evaluator.extended_public(&path).is_allowed(),
                    "extended public key of {path} under {evaluator:?}"
                );
            }
            pairs += 1;
            out += usize::from(key.is_some());
        }
    }
    assert_eq!(state(&mut session).state.sequence, POLICIES * rounds);
    println!(
        "{pairs} pairs, {out} exported; an update took {:?} on average",
        updating / (POLICIES * rounds)
    );
    assert!(pairs >= 1_000 && out * 12 > pairs && out * 8 < pairs * 7);
}
