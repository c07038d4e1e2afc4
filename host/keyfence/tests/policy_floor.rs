//! The floor's test of reach against brute force over a small alphabet, and four misreadings of it that must be caught.
//!
//! `KEYFENCE_SEED` repeats a run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dumb;
mod random;

use std::collections::BTreeMap;

use dumb::Universe;
use keyfence::path::Component;
use keyfence::policy::{Floor, Rule};
use random::Random;

/// Ways to read the specification wrongly, and the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reading {
    Right,
    /// A range that only touches the reserved one counts as reserved.
    TouchingIsReserved,
    /// Reserved anywhere, the floor's own prefix and boundary included.
    ReservedAnywhere,
    /// Nothing is reserved.
    NoCarveOut,
    /// The rule's paths are compared with the floor instead of its subtrees.
    PathsNotSubtrees,
}

const READINGS: [Reading; 5] = [
    Reading::Right,
    Reading::TouchingIsReserved,
    Reading::ReservedAnywhere,
    Reading::NoCarveOut,
    Reading::PathsNotSubtrees,
];

/// The specification's walk over the positions, written again so that it can be bent.
fn reaches(rule: &Rule, floor: &Rule, reading: Reading) -> bool {
    const LO: u32 = 0xC000_0000;
    const HI: u32 = 0xC0FF_FFFF;
    if reading == Reading::PathsNotSubtrees {
        // The longest path of the rule ends before the floor's boundary: no path in common.
        let longest = rule.boundary_depth() + usize::from(rule.tail_max());
        if longest < floor.boundary_depth() {
            return false;
        }
    }
    for position in 0..=rule.prefix().len().max(floor.prefix().len()) {
        let Some((lo, hi)) = rule
            .range(position)
            .map(|(lo, hi)| (lo.to_u32(), hi.to_u32()))
        else {
            continue;
        };
        let reserved = match reading {
            Reading::NoCarveOut => false,
            Reading::TouchingIsReserved => lo <= HI && hi >= LO,
            _ => lo >= LO && hi <= HI,
        };
        let carved = match reading {
            Reading::ReservedAnywhere => position >= 4 && reserved,
            _ => position >= 4 && position > floor.prefix().len() && reserved,
        };
        let apart = floor
            .range(position)
            .is_some_and(|(floor_lo, floor_hi)| hi < floor_lo.to_u32() || floor_hi.to_u32() < lo);
        if apart || carved {
            return false;
        }
    }
    true
}

/// Few letters: a wallet's purpose, the ends of the reserved range, and what lies beside them.
const ALPHABETS: [[u32; 4]; 3] = [
    [0x8000_002C, 0xC000_0000, 0xC100_0000, 0x8000_0000],
    [0x8000_002C, 0xC0FF_FFFF, 0xBFFF_FFFF, 0],
    [0x8000_002C, 0x8000_003C, 0xC000_0001, 0xFFFF_FFFF],
];

/// A rule along a trunk that both rules of a pair share, so that most pairs meet for some positions; one component in eight strays.
fn rule(random: &mut Random, alphabet: &[u32], trunk: &[u32], whole: bool) -> Rule {
    let stray = |random: &mut Random, at: usize| {
        if random.below(8) == 0 {
            *random.pick(alphabet)
        } else {
            trunk[at]
        }
    };
    let k = random.below(6) as usize;
    let prefix: Vec<_> = (0..k)
        .map(|at| Component::from_u32(stray(random, at)))
        .collect();
    let (a, b) = (
        stray(random, k) | 0x8000_0000,
        *random.pick(alphabet) | 0x8000_0000,
    );
    let (lo, hi) = if random.below(2) == 0 {
        (a, a)
    } else {
        (a.min(b), a.max(b))
    };
    let room = 9 - k as u64;
    let tail_max = if whole {
        room
    } else {
        random.below(room.min(2) + 1)
    };
    Rule::new(
        prefix,
        Component::from_u32(lo),
        Component::from_u32(hi),
        0,
        tail_max as u8,
    )
    .unwrap()
}

#[test]
fn the_reach_test_is_brute_force_and_its_misreadings_are_not() {
    let mut random = Random::from_environment();
    let mut caught = BTreeMap::<Reading, usize>::new();
    let (mut compared, mut reached) = (0, 0);
    for alphabet in ALPHABETS {
        let universe = Universe::new(&alphabet);
        for _ in 0..700 {
            let trunk: Vec<u32> = (0..dumb::DEPTH).map(|_| *random.pick(&alphabet)).collect();
            let (rule, kept) = (
                rule(&mut random, &alphabet, &trunk, false),
                rule(&mut random, &alphabet, &trunk, true),
            );
            if !universe.shows_overlap(&rule, &kept) {
                continue;
            }
            let brute = universe
                .decide(
                    std::slice::from_ref(&rule),
                    0,
                    &[],
                    std::slice::from_ref(&kept),
                )
                .reaches;
            let floor = Floor::new([kept.clone()]).unwrap();
            assert_eq!(
                floor.reached_by(&rule).is_some(),
                brute,
                "{rule} over {kept}"
            );
            for reading in READINGS {
                *caught.entry(reading).or_default() +=
                    usize::from(reaches(&rule, &kept, reading) != brute);
            }
            compared += 1;
            reached += usize::from(brute);
        }
    }
    println!("{compared} pairs of rules, {reached} reach; differences: {caught:?}");
    assert!(compared > 1_000 && reached * 20 > compared && reached < compared);
    for (reading, differences) in caught {
        assert_eq!(differences == 0, reading == Reading::Right, "{reading:?}");
    }
}

#[test]
fn the_specification_s_example_is_refused() {
    // Its one path is in no rule of the floor; what lies below it is.
    let above: Rule = "m/[44'..44']/{0..0}".parse().unwrap();
    let floor = Floor::compiled();
    assert!(floor.reached_by(&above).is_some());
    assert!(
        !floor
            .rules()
            .iter()
            .any(|kept| reaches(&above, kept, Reading::PathsNotSubtrees))
    );
}
