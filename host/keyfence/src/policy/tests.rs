//! Properties that need nothing but this module: text and bytes both ways, sets against decisions, the card's order of checks.

use proptest::prelude::*;

use super::*;

fn rule(text: &str) -> Rule {
    text.parse().unwrap()
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn policy(sequence: u32, rules: &[&str]) -> Policy {
    Policy::new(
        sequence,
        None,
        None,
        rules.iter().map(|text| rule(text)).collect::<Vec<_>>(),
    )
    .unwrap()
}

fn authority(byte: u8) -> SoftwareAuthority {
    SoftwareAuthority::from_secret(&[byte; 32]).unwrap()
}

fn signed(policy: Policy, by: &SoftwareAuthority) -> Vec<u8> {
    SignedPolicy::sign(policy, by).unwrap().unwrap().encode()
}

fn card(authority: Option<&SoftwareAuthority>) -> CardModel {
    CardModel {
        evaluator: Evaluator::new(Policy::default_installed()),
        uid: [7; 16],
        authority: authority.map(PolicyAuthority::public_key),
        authority_installed: false,
        sequence: 0,
        frozen: false,
    }
}

#[test]
fn the_text_of_a_rule_goes_both_ways() {
    for (text, printed) in [
        (
            "m/43'/60'/1581'/[0'..1']/{1..6}",
            "m/43'/60'/1581'/[0'..1']/{1..6}",
        ),
        ("43h/60H/1581'/[2']/{3}", "m/43'/60'/1581'/[2'..2']/{3..3}"),
        (
            "m/[0x10'..2147483647']/{0..9}",
            "m/[16'..2147483647']/{0..9}",
        ),
        (
            "m/44'/60'/0'/0/[1073741824']/{0}",
            "m/44'/60'/0'/0/[1073741824'..1073741824']/{0..0}",
        ),
    ] {
        assert_eq!(rule(text).to_string(), printed);
        assert_eq!(rule(printed), rule(text));
    }
}

#[test]
fn what_is_wrong_with_a_rule_has_its_place() {
    use RuleTextErrorKind as Kind;
    for (text, column, kind) in [
        ("", 1, Kind::Path(PathErrorKind::Empty)),
        ("m/43'", 6, Kind::NoBoundary),
        ("m/43'/{1}", 7, Kind::NoBoundary),
        ("m/[2']", 7, Kind::NoTail),
        ("m/[2']/3", 8, Kind::NoTail),
        ("m/[2’]/{3}", 5, Kind::Path(PathErrorKind::Unexpected('’'))),
        ("m/[2'/{3}", 6, Kind::Unclosed(']')),
        ("m/[2']/{3", 10, Kind::Unclosed('}')),
        (
            "m/[2']/{3}/4",
            11,
            Kind::Path(PathErrorKind::Unexpected('/')),
        ),
        (
            "m/[2'.3']/{3}",
            7,
            Kind::Path(PathErrorKind::Unexpected('3')),
        ),
        (
            "m/[2147483648']/{3}",
            4,
            Kind::Path(PathErrorKind::IndexTooLarge),
        ),
        ("m/[2']/{10}", 9, Kind::TailTooLong),
        ("m/[2]/{1}", 3, Kind::Rule(RuleError::BoundaryNotHardened)),
        (
            "m/[2..3']/{1}",
            3,
            Kind::Rule(RuleError::BoundaryNotHardened),
        ),
        ("m/[3'..2']/{1}", 3, Kind::Rule(RuleError::BoundaryReversed)),
        ("m/[3']/{2..1}", 8, Kind::Rule(RuleError::TailReversed)),
        (
            "m/1/2/3/4/5/6/7/8/9/[3']/{0}",
            1,
            Kind::Rule(RuleError::PrefixTooLong),
        ),
        (
            "m/1/2/3/4/5/6/7/8/[3']/{2}",
            24,
            Kind::Rule(RuleError::TooDeep),
        ),
    ] {
        assert_eq!(
            text.parse::<Rule>(),
            Err(RuleTextError { kind, column }),
            "{text:?}"
        );
    }
}

#[test]
fn the_default_policy_and_floor_are_the_specified_ones() {
    let default = Policy::default_installed();
    assert_eq!(
        hex::encode(default.encode()),
        "01000000000001038000002b8000003c8000062d8000000080000001010601"
    );
    let floor: Vec<_> = Floor::compiled()
        .rules()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        floor,
        [
            "m/[0'..42']/{0..9}",
            "m/[45'..83696967']/{0..9}",
            "m/[83696969'..2147483647']/{0..9}",
            "m/44'/[0'..1236']/{0..8}",
            "m/44'/[1238'..2147483647']/{0..8}",
            "m/83696968'/[0'..65535']/{0..8}",
        ]
    );
    assert_eq!(Floor::compiled().admit(&default), Ok(()));
    assert_eq!(
        Floor::decode(&Floor::compiled().encode()),
        Ok(Floor::compiled())
    );
    let added = Floor::new([rule("m/43'/60'/1581'/[7'..7']/{0..6}")]).unwrap();
    assert_eq!(Floor::decode_added(&added.encode()), Ok(added.clone()));
    let floor = Floor::compiled().with(&added).unwrap();
    assert!(floor.keeps(&path("m/43'/60'")).is_some());
    assert!(floor.keeps(&path("m/43'/60'/1581'/6'")).is_none());
    let again = Floor::new([rule("m/[0'..42']/{0..9}")]).unwrap();
    assert_eq!(
        Floor::decode_added(&again.encode()),
        Err(Refusal::Duplicate { rule: 0 })
    );
}

#[test]
fn the_floor_reaches_from_beside_below_and_above() {
    let floor = Floor::compiled();
    for (text, reaches) in [
        ("m/[44']/{0}", true),
        ("m/[43'..44']/{0}", true),
        ("m/[43']/{0..9}", false),
        ("m/44'/[60']/{2}", true),
        ("m/44'/60'/[0']/{0}", true),
        ("m/44'/60'/0'/0/[0']/{0}", true),
        ("m/44'/60'/0'/0/[1073741824']/{0..1}", false),
        ("m/44'/60'/0'/0/[1073741824'..1090519039']/{0..1}", false),
        ("m/44'/60'/0'/0/[1073741823'..1073741824']/{0..1}", true),
        ("m/44'/60'/0'/0/[1090519039'..1090519040']/{0..1}", true),
        ("m/44'/60'/0'/[1073741824']/{0..1}", true),
        ("m/44'/60'/0'/0/1073741824/[0']/{0..1}", true),
        ("m/44'/60'/0'/0/1073741824'/[0']/{0..1}", false),
        ("m/44'/60'/[1073741824']/{0..6}", true),
        ("m/44'/1237'/0'/0/[0']/{0}", false),
        ("m/44'/[1236'..1237']/{0}", true),
        ("m/84'/0'/[2147483646']/{0..2}", true),
        ("m/83696968'/[65536'..2147483647']/{0..8}", false),
        ("m/83696968'/[65535'..65536']/{0..8}", true),
        ("m/44/60'/[0']/{0}", false),
    ] {
        assert_eq!(floor.reached_by(&rule(text)).is_some(), reaches, "{text}");
    }
}

#[test]
fn a_refused_path_is_explained_by_the_nearest_rule() {
    let mut card = Evaluator::new(policy(
        1,
        &["m/43'/60'/1581'/[0'..1']/{1..6}", "m/44'/1237'/[0']/{2}"],
    ));
    for (text, says) in [
        ("m", "the master's private key never leaves the card"),
        (
            "m/44'/60'/0'/0/0",
            "the private key of m/44'/60'/0'/0/0 stays on the card: the floor keeps m/44'/[0'..1236'] and everything below",
        ),
        (
            "m/43'/60'/1581'/2'/0",
            "the private key of m/43'/60'/1581'/2'/0 stays on the card: no rule that is switched on names it; nearest is rule 1, m/43'/60'/1581'/[0'..1']/{1..6}: component 4 is 2', outside 0'..1'",
        ),
        (
            "m/43'/60'/1581'/0'",
            "the private key of m/43'/60'/1581'/0' stays on the card: no rule that is switched on names it; nearest is rule 1, m/43'/60'/1581'/[0'..1']/{1..6}: the path is 1 component too short",
        ),
        (
            "m/44'/1237'/0'/0/0/0",
            "the private key of m/44'/1237'/0'/0/0/0 stays on the card: no rule that is switched on names it; nearest is rule 0, m/44'/1237'/[0'..0']/{2..2}: the path is 1 component too long",
        ),
    ] {
        assert_eq!(card.explain(&path(text)).unwrap().to_string(), says);
    }
    assert_eq!(card.explain(&path("m/43'/60'/1581'/1'/0")), None);
    card.switched_off = 2;
    let off = card.explain(&path("m/43'/60'/1581'/1'/0")).unwrap();
    assert_eq!(off.nearest.unwrap().mismatch, Mismatch::SwitchedOff);
    assert_eq!(off.decision, Decision::SwitchedOff(1));
}

#[test]
fn a_change_is_told_as_sets_of_paths() {
    let texts = |set: &PathSet| {
        set.pieces()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let old = Evaluator::new(policy(
        1,
        &["m/43'/60'/1581'/[0'..5']/{1..6}", "m/43'/[9']/{0..3}"],
    ));
    let new = Evaluator::new(policy(
        2,
        &[
            "m/43'/60'/1581'/[0'..2']/{1..4}",
            "m/43'/60'/1581'/[7']/{1..2}",
        ],
    ));
    let difference = Difference::between(&old, &new);
    assert_eq!(texts(&difference.opened), ["m/43'/60'/1581'/7'/{1..2}"]);
    let closed = [
        "m/43'/9'/{0..3}",
        "m/43'/60'/1581'/[0'..5']/{5..6}",
        "m/43'/60'/1581'/[3'..5']/{1..4}",
    ];
    assert_eq!(texts(&difference.closed), closed);
    assert_eq!(
        texts(&difference.given),
        ["m/43'/60'/1581'/7' and everything below"]
    );
    assert_eq!(
        texts(&difference.refused_extended),
        ["m/43'/60'/1581'/7' and everything below"]
    );
    let mut reopened = texts(&difference.reopened_extended);
    reopened.sort();
    // 0' and 1' stay refused because the installed policy names them.
    assert_eq!(
        reopened,
        [
            "m/43'/60'/1581'/[3'..5'] and everything below",
            "m/43'/9' and everything below"
        ]
    );
    assert!(Difference::between(&old, &old).is_empty());
}

#[test]
fn a_card_checks_an_update_in_its_order() {
    let (owner, other) = (authority(1), authority(2));
    let good = policy(5, &["m/43'/60'/1581'/[2']/{1}"]);
    let bytes = signed(good.clone(), &owner);
    let mut model = card(Some(&owner));

    assert_eq!(
        model.judge(&bytes, false),
        Err(UpdateRefusal::PinNotVerified)
    );
    assert_eq!(
        card(None).judge(&bytes, true),
        Err(UpdateRefusal::NoAuthority)
    );
    assert_eq!(model.judge(&[], true), Err(UpdateRefusal::Length(0)));
    assert_eq!(
        model.judge(&good.encode(), true),
        Err(UpdateRefusal::Encoding(Refusal::SignatureShape))
    );
    assert_eq!(
        model.judge(&signed(good.clone(), &other), true),
        Err(UpdateRefusal::Signature)
    );
    // A policy of the right shape and wrong contents is refused by its signature first.
    let mut soft = good.encode();
    let lo = soft.len() - 11;
    soft[lo] = 0;
    soft.extend(SignedPolicy::decode(&bytes).unwrap().signature());
    assert_eq!(model.judge(&soft, true), Err(UpdateRefusal::Signature));
    let mut bound = Policy::new(5, Some([8; 16]), None, good.rules()).unwrap();
    assert_eq!(
        model.judge(&signed(bound, &owner), true),
        Err(UpdateRefusal::OtherCard)
    );
    bound = Policy::new(0, Some([8; 16]), None, good.rules()).unwrap();
    assert_eq!(
        model.judge(&signed(bound, &owner), true),
        Err(UpdateRefusal::Rollback {
            current: 0,
            offered: 0
        })
    );
    let last = policy(u32::MAX, &[]);
    assert_eq!(
        model.judge(&signed(last, &owner), true),
        Err(UpdateRefusal::SequenceLimit)
    );
    let wallet = policy(5, &["m/44'/60'/[0']/{2}"]);
    assert!(matches!(
        model.judge(&signed(wallet, &owner), true),
        Err(UpdateRefusal::Encoding(Refusal::ReachesFloor { .. }))
    ));

    assert_eq!(model.update(&bytes, true), Ok(good.digest()));
    assert_eq!(
        model.update(&bytes, true),
        Err(UpdateRefusal::Rollback {
            current: 5,
            offered: 5
        })
    );
    let high = policy(0x8000_0000, &[]);
    let succession = Policy::new(6, Some([7; 16]), Some(other.public_key()), good.rules()).unwrap();
    assert!(model.update(&signed(succession, &owner), true).is_ok());
    assert_eq!(
        model.update(&signed(high.clone(), &owner), true),
        Err(UpdateRefusal::Signature)
    );
    assert!(model.update(&signed(high, &other), true).is_ok());
    assert_eq!(model.narrow(0, None, true), Err(UpdateRefusal::NoSuchRule));
    model.freeze(true).unwrap();
    assert_eq!(model.update(&bytes, true), Err(UpdateRefusal::Frozen));

    model.factory_reset([9; 16]);
    assert_eq!(
        (model.sequence, model.authority.as_ref(), model.frozen),
        (0, None, false)
    );
    let mut issued = card(Some(&owner));
    issued.authority_installed = true;
    issued.update(&bytes, true).unwrap();
    issued
        .narrow(0, Some(good.digest()[..8].try_into().unwrap()), true)
        .unwrap();
    assert_eq!(
        issued.narrow(0, Some([0; 8]), true),
        Err(UpdateRefusal::OtherPolicy)
    );
    issued.factory_reset([9; 16]);
    assert_eq!((issued.sequence, issued.evaluator.switched_off), (5, 0));
    assert_eq!(
        issued.update(&bytes, true),
        Err(UpdateRefusal::Rollback {
            current: 5,
            offered: 5
        })
    );
}

#[test]
fn a_signature_counts_in_both_its_forms() {
    let owner = authority(3);
    let policy = policy(9, &["m/43'/[7']/{1}"]);
    let der = owner.sign(&policy).unwrap();
    let low = k256::ecdsa::Signature::from_der(&der).unwrap();
    let (r, s) = low.split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
    assert_ne!(low, high);
    let key = owner.public_key();
    assert!(verify_signature(
        &policy.encode(),
        low.to_der().as_bytes(),
        &key
    ));
    assert!(verify_signature(
        &policy.encode(),
        high.to_der().as_bytes(),
        &key
    ));
    assert!(!verify_signature(
        &policy.encode(),
        low.to_der().as_bytes(),
        &authority(4).public_key()
    ));
}

#[test]
fn an_update_is_sent_in_blocks() {
    let sizes = |len: usize| {
        blocks(&vec![0; len])
            .map(|(p1, p2, data)| (p1, p2, data.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(0), []);
    assert_eq!(sizes(221), [(0x80, 0, 221)]);
    assert_eq!(sizes(222), [(0, 0, 221), (0x80, 1, 1)]);
    assert_eq!(sizes(312), [(0, 0, 221), (0x80, 1, 91)]);
}

#[test]
fn eight_rules_fit_as_specified() {
    let rules = |k: usize| {
        (0..8u32)
            .map(|i| {
                let prefix = vec![Component::hardened(43).unwrap(); k];
                let at = Component::hardened(i).unwrap();
                Rule::new(prefix, at, at, 0, 0).unwrap()
            })
            .collect::<Vec<_>>()
    };
    let (uid, key) = (Some([1; 16]), Some(authority(1).public_key()));
    let fits = |uid, key, k| Policy::new(1, uid, key, rules(k)).is_ok();
    assert!(fits(None, None, 4) && !fits(None, None, 5));
    assert!(fits(uid, None, 3) && !fits(uid, None, 4));
    assert!(fits(None, key.clone(), 2) && !fits(None, key.clone(), 3));
    assert!(fits(uid, key.clone(), 1) && !fits(uid, key, 2));
}

#[test]
fn the_answer_about_the_policy_is_read_strictly() {
    let mut model = card(Some(&authority(1)));
    model.sequence = 0x8000_0001;
    model.evaluator.switched_off = 1;
    model.frozen = true;
    let state = model.tell().state;
    let fingerprint = state.authority.unwrap().0;
    let digest = model.evaluator.in_force.digest();
    let mut fields = [
        &[2, 4, 0x80, 0, 0, 1, 0x90, 0x20][..],
        &digest,
        &[0x91, 1, 3, 0x93, 1, 1, 0x92, 8],
        &fingerprint,
    ]
    .concat();
    let template = |fields: &[u8]| [&[0xA5, fields.len() as u8], fields].concat();
    assert_eq!(PolicyState::decode(&template(&fields)), Ok(state));
    let (policy, floor) = (
        model.evaluator.in_force.encode(),
        Floor::compiled().encode(),
    );
    assert_eq!(
        CardPolicy::decode(&template(&fields), &policy, &[], &floor),
        Ok(model.tell())
    );
    assert_eq!(
        CardPolicy::decode(
            &template(&fields),
            &Policy::new(1, None, None, []).unwrap().encode(),
            &[],
            &floor
        ),
        Err(StateError::Digest)
    );
    for cut in 0..fields.len() {
        assert_eq!(
            PolicyState::decode(&template(&fields[..cut])),
            Err(StateError::Template),
            "{cut}"
        );
    }
    fields.push(0);
    assert_eq!(
        PolicyState::decode(&template(&fields)),
        Err(StateError::Template)
    );
    fields.truncate(6 + 34);
    fields.extend([0x91, 1, 0, 0x93, 1, 0, 0x92, 0]);
    assert_eq!(
        PolicyState::decode(&template(&fields)).unwrap().authority,
        None
    );
}

#[test]
fn the_linter_finds_what_it_names() {
    let codes = |findings: &[Finding]| {
        findings
            .iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    let floor = Floor::compiled();
    assert_eq!(codes(&lint(&Policy::default_installed(), &floor)), [""; 0]);
    assert_eq!(
        codes(&lint(&policy(u32::MAX, &[]), &floor)),
        ["sequence-limit", "no-rules", "any-card"]
    );
    assert_eq!(
        codes(&lint(
            &policy(0x9000_0000, &["m/43'/[0'..999']/{0}"]),
            &floor
        )),
        [
            "sequence-high",
            "any-card",
            "boundary-leaves",
            "wide-boundary"
        ]
    );
    assert_eq!(
        codes(&lint(&policy(1, &["m/44'/60'/[0']/{1}"]), &floor)),
        ["any-card", "floor", "purpose"]
    );
    assert_eq!(
        codes(&lint(
            &policy(1, &["m/43'/[0'..5']/{1..3}", "m/43'/[3']/{2}"]),
            &floor
        )),
        ["any-card", "redundant"]
    );
    assert_eq!(
        codes(&lint(
            &policy(1, &["m/43'/[0'..5']/{1}", "m/43'/[3'..7']/{1}"]),
            &floor
        )),
        ["any-card", "overlap"]
    );

    let owner = authority(1);
    let mut model = card(Some(&owner));
    model
        .update(&signed(policy(3, &["m/43'/[3']/{1}"]), &owner), true)
        .unwrap();
    model.narrow(0, None, true).unwrap();
    assert_eq!(
        codes(&lint_change(
            &model.tell(),
            &model.uid,
            &policy(4, &["m/43'/[3']/{1}"])
        )),
        ["any-card", "switched-on-again"]
    );
    assert_eq!(
        codes(&lint_change(
            &model.tell(),
            &model.uid,
            &policy(4, &["m/43'/[2']/{1}"])
        )),
        ["any-card", "extended-reopened"]
    );
    assert_eq!(
        codes(&lint_change(
            &model.tell(),
            &model.uid,
            &policy(3, &["m/43'/[2']/{1}"])
        )),
        ["any-card", "same-number", "extended-reopened"]
    );
    // A card whose issuer added to the floor: others of its authority would take what it refuses.
    model.evaluator.floor = Floor::compiled()
        .with(&Floor::new([rule("m/43'/[2']/{0..8}")]).unwrap())
        .unwrap();
    for (opened, differ) in [
        ("m/43'/[2']/{1}", true),
        ("m/43'/[3']/{1}", false),
        ("m/44'/60'/[0']/{1}", false),
    ] {
        let findings = lint_change(&model.tell(), &model.uid, &policy(4, &[opened]));
        assert_eq!(
            codes(&findings).contains(&"floors-differ"),
            differ,
            "{opened}"
        );
    }
    assert_eq!(
        codes(&same_number([
            &policy(1, &[]),
            &policy(2, &[]),
            &policy(1, &["m/43'/[2']/{1}"])
        ])),
        ["same-number"]
    );
    let wide = Floor::compiled()
        .with(&Floor::new([rule("m/43'/[2']/{0..8}")]).unwrap())
        .unwrap();
    assert!(
        differing_floors(
            &policy(1, &["m/43'/[2']/{1}"]),
            owner.public_key().fingerprint(),
            [&floor, &wide]
        )
        .is_some()
    );
    assert!(
        differing_floors(
            &policy(1, &["m/43'/[3']/{1}"]),
            owner.public_key().fingerprint(),
            [&floor, &wide]
        )
        .is_none()
    );
}

/// Few values, near each other and near the edges that matter.
fn component() -> impl Strategy<Value = Component> {
    prop_oneof![
        prop::sample::select(vec![0u32, 1, 2, 43, 44, 60, 1237, 0x7fff_ffff, 0x4000_0000])
            .prop_flat_map(|index| prop_oneof![
                Just(Component::from_u32(index)),
                Just(Component::from_u32(index | Component::HARDENED_BIT))
            ]),
        prop::sample::select(vec![
            0xC000_0000u32,
            0xBFFF_FFFF,
            0xC0FF_FFFF,
            0xC100_0000,
            0x8000_0000,
            u32::MAX
        ])
        .prop_map(Component::from_u32),
    ]
}

fn any_rule() -> impl Strategy<Value = Rule> {
    (
        prop::collection::vec(component(), 0..=8),
        component(),
        component(),
        0u8..=9,
        0u8..=9,
    )
        .prop_filter_map("no rule", |(prefix, a, b, c, d)| {
            let hard = |c: Component| Component::from_u32(c.to_u32() | Component::HARDENED_BIT);
            let (a, b) = (hard(a), hard(b));
            let room = 9u8.saturating_sub(prefix.len() as u8);
            let (c, d) = (c.min(room), d.min(room));
            Rule::new(prefix, a.min(b), a.max(b), c.min(d), c.max(d)).ok()
        })
}

fn any_policy() -> impl Strategy<Value = Policy> {
    (any::<u32>(), prop::collection::vec(any_rule(), 0..=4))
        .prop_filter_map("no policy", |(sequence, rules)| {
            Policy::new(sequence, None, None, rules).ok()
        })
}

fn any_path() -> impl Strategy<Value = Path> {
    prop::collection::vec(component(), 0..=10).prop_map(|components| Path::new(components).unwrap())
}

proptest! {
    #[test]
    fn a_rule_is_printed_and_parsed(rule in any_rule()) {
        prop_assert_eq!(rule.to_string().parse::<Rule>().unwrap(), rule);
    }

    #[test]
    fn a_policy_is_encoded_and_decoded(policy in any_policy(), flip in any::<prop::sample::Index>(), bit in 0..8u32) {
        let bytes = policy.encode();
        prop_assert_eq!(Policy::decode(&bytes).unwrap(), policy);
        // One encoding: what decodes encodes to the same bytes.
        let mut other = bytes.clone();
        other[flip.index(bytes.len())] ^= 1 << bit;
        if let Ok(decoded) = Policy::decode(&other) {
            prop_assert_eq!(decoded.encode(), other);
        }
        prop_assert!(Policy::decode(&bytes[..flip.index(bytes.len())]).is_err());
    }

    #[test]
    fn bytes_never_make_the_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..320)) {
        let _ = Policy::decode(&bytes);
        let _ = SignedPolicy::decode(&bytes);
        let _ = Floor::decode(&bytes);
        let _ = card(Some(&authority(1))).judge(&bytes, true);
    }

    #[test]
    fn text_never_makes_the_parsers_panic(text in "[m0-9x/'hH{}\\[\\]. \u{2019}]{0,40}") {
        let _ = text.parse::<Rule>();
        let _ = text.parse::<Path>();
    }

    #[test]
    fn sets_and_decisions_agree(old in any_policy(), new in any_policy(), off in any::<u8>(), paths in prop::collection::vec(any_path(), 20)) {
        let mut old = Evaluator::new(old);
        old.switched_off = off;
        let new = Evaluator::new(new);
        let difference = Difference::between(&old, &new);
        let near = old.in_force.rules().iter().chain(new.in_force.rules()).map(|rule| {
            let mut components = rule.prefix().to_vec();
            components.push(rule.hi());
            components.resize(components.len() + usize::from(rule.tail_max()), Component::from_u32(0xC000_0001));
            Path::new(components).unwrap()
        });
        for path in paths.into_iter().chain(near) {
            let (before, after) = (old.private(&path).is_allowed(), new.private(&path).is_allowed());
            prop_assert_eq!(old.exportable().contains(&path), before, "{}", path);
            prop_assert_eq!(difference.opened.contains(&path), after && !before, "{}", path);
            prop_assert_eq!(difference.closed.contains(&path), before && !after, "{}", path);
            let (before, after) = (old.extended_public(&path).is_allowed(), new.extended_public(&path).is_allowed());
            prop_assert_eq!(difference.reopened_extended.contains(&path), after && !before, "{}", path);
            prop_assert_eq!(difference.refused_extended.contains(&path), before && !after, "{}", path);
        }
    }
}
