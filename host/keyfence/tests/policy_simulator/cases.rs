//! The cases that this project began with: keys that a policy opens, and keys that none ever does.

use bip32::{ChildNumber, XPrv};
use keyfence::error::{CardError, Error};
use keyfence::mnemonic::Mnemonic;
use keyfence::path::{Component, Path};
use keyfence::policy::{Policy, Rule};

use crate::card::{MNEMONIC, allowed, authority, sign, with_wallet};

/// The private key of a path by somebody else's BIP-32.
fn expected(path: &Path) -> [u8; 32] {
    let seed = Mnemonic::parse(MNEMONIC).unwrap().to_seed("").unwrap();
    let master = XPrv::new(seed.expose()).unwrap();
    let node = path.as_slice().iter().fold(master, |node, c| {
        node.derive_child(ChildNumber(c.to_u32())).unwrap()
    });
    node.to_bytes()
}

/// A rule that opens it, and a path to export under it.
const OPENED: [(&str, &[&str]); 8] = [
    (
        "m/44'/60'/0'/0/[1073741824'..1073741825']/{0}",
        &["m/44'/60'/0'/0/1073741824'", "m/44'/60'/0'/0/1073741825'"],
    ),
    (
        "m/44'/60'/0'/0/[1073741830'..1073742000']/{0..1}",
        &[
            "m/44'/60'/0'/0/1073741830'",
            "m/44'/60'/0'/0/1073742000'",
            "m/44'/60'/0'/0/1073741999'/7",
        ],
    ),
    ("m/43'/60'/1581'/[0']/{1}", &["m/43'/60'/1581'/0'/0"]),
    ("m/43'/60'/1581'/[1']/{1}", &["m/43'/60'/1581'/1'/0"]),
    (
        "m/43'/60'/1581'/[2']/{1..6}",
        &["m/43'/60'/1581'/2'/0", "m/43'/60'/1581'/2'/1/2/3/4/5/6'"],
    ),
    ("m/44'/1237'/[0']/{2}", &["m/44'/1237'/0'/0/0"]),
    ("m/83696968'/[128169']/{2}", &["m/83696968'/128169'/32'/0'"]),
    (
        "m/43'/60'/1581'/[0'..1']/{1..6}",
        &["m/43'/60'/1581'/0'/0", "m/43'/60'/1581'/1'/0"],
    ),
];

#[test]
fn a_policy_opens_each_of_the_cases_and_the_key_is_right() {
    let owner = authority(1);
    let (_simulator, mut session) = with_wallet(&owner);
    let mut sequence = 0;
    for (rule, paths) in OPENED {
        let rule: Rule = rule.parse().unwrap();
        // Nothing leaves before, and only these afterwards.
        for (rules, open) in [(vec![], false), (vec![rule], true)] {
            sequence += 1;
            session
                .update_policy(&sign(
                    Policy::new(sequence, None, None, rules).unwrap(),
                    &owner,
                ))
                .unwrap();
            for path in paths {
                let path: Path = path.parse().unwrap();
                let key = allowed(session.export_private(&path));
                assert_eq!(
                    key.as_ref().map(|key| *key.expose()),
                    open.then(|| expected(&path)),
                    "{path}"
                );
            }
        }
    }
}

const NEVER: [&str; 13] = [
    "m",
    "m/44'",
    "m/44'/60'",
    "m/44'/60'/0'/0/0",
    "m/84'/0'/0'/0/0",
    "m/84'/0'/2147483646'/0/0",
    "m/86'/0'/0'",
    "m/49'/0'/0'",
    "m/48'/0'/0'/2'",
    "m/0'/0'/0'",
    "m/352'/0'/0'/0'/0",
    "m/83696968'/39'/0'/12'/0'",
    "m/83696968'/2'/0'",
];

/// Every rule that would name the path, with each of its hardened components as the boundary, alone and as part of wider ranges.
fn rules_for(path: &Path) -> Vec<Rule> {
    let components = path.as_slice();
    let mut rules = Vec::new();
    for (position, boundary) in components
        .iter()
        .enumerate()
        .filter(|(_, c)| c.is_hardened())
    {
        let tail = (components.len() - position - 1) as u8;
        let below = Component::from_u32((boundary.to_u32() - 1) | Component::HARDENED_BIT);
        let all = (Component::from_u32(0x8000_0000), Component::MAX);
        for (lo, hi) in [
            (*boundary, *boundary),
            (below.min(*boundary), *boundary),
            all,
        ] {
            for (tail_min, tail_max) in [(tail, tail), (0, tail), (0, 9 - position as u8)] {
                rules.push(Rule::new(&components[..position], lo, hi, tail_min, tail_max).unwrap());
            }
        }
    }
    rules.dedup();
    rules
}

#[test]
fn no_policy_opens_a_wallet() {
    let owner = authority(1);
    let (_simulator, mut session) = with_wallet(&owner);
    let (mut tried, before) = (0, crate::card::state(&mut session));
    for path in NEVER {
        let path: Path = path.parse().unwrap();
        for rule in rules_for(&path) {
            assert!(rule.matches(&path));
            let policy = Policy::new(1, None, None, [rule.clone()]).unwrap();
            match session.update_policy(&sign(policy, &owner)) {
                Err(Error::Card(CardError::PolicyContent)) => tried += 1,
                other => panic!("{rule} for {path}: {other:?}"),
            }
        }
        assert!(allowed(session.export_private(&path)).is_none(), "{path}");
    }
    assert!(tried >= 100, "{tried}");
    assert_eq!(crate::card::state(&mut session), before);
    // Not even under the widest policy that a card takes.
    let widest = [
        "m/[43']/{0..9}",
        "m/44'/[1237']/{0..8}",
        "m/83696968'/[65536'..2147483647']/{0..8}",
        "m/44'/60'/0'/0/[1073741824'..1090519039']/{0..5}",
    ];
    let policy = Policy::new(
        1,
        None,
        None,
        widest
            .iter()
            .map(|text| text.parse().unwrap())
            .collect::<Vec<Rule>>(),
    )
    .unwrap();
    session.update_policy(&sign(policy, &owner)).unwrap();
    for path in NEVER {
        assert!(
            allowed(session.export_private(&path.parse().unwrap())).is_none(),
            "{path}"
        );
    }
}
