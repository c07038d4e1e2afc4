//! The export policy held against test-vectors/: encodings, floors, signatures, and every attack against the model of a card.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use keyfence::path::Path;
use keyfence::policy::*;
use serde::Deserialize;

fn vectors<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../test-vectors")
        .join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[derive(Deserialize)]
struct Encodings {
    policies: Vec<ValidPolicy>,
    invalid: Vec<Invalid>,
    signatures: Vec<Signed>,
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct ValidPolicy {
    name: String,
    sequence: u32,
    uid: String,
    successor: String,
    rules: Vec<String>,
    encoded: String,
    digest: String,
}

#[derive(Deserialize)]
struct Invalid {
    name: String,
    encoded: String,
    error: String,
    stage: Option<String>,
}

#[derive(Deserialize)]
struct Signed {
    name: String,
    policy: String,
    signature: String,
    valid: bool,
    authority: String,
    fingerprint: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    printed: String,
}

#[test]
fn policies_have_one_encoding() {
    let vectors: Encodings = vectors("export-policy.json");
    assert!(vectors.policies.len() >= 15 && vectors.invalid.len() >= 40);
    for case in vectors.policies {
        let name = &case.name;
        let rules: Vec<Rule> = case
            .rules
            .iter()
            .rev()
            .map(|text| text.parse().unwrap())
            .collect();
        let uid = (!case.uid.is_empty()).then(|| bytes(&case.uid).try_into().unwrap());
        let successor = (!case.successor.is_empty())
            .then(|| AuthorityKey::from_bytes(&bytes(&case.successor)).unwrap());
        let policy = Policy::new(case.sequence, uid, successor, rules).unwrap();
        assert_eq!(hex::encode(policy.encode()), case.encoded, "{name}");
        assert_eq!(hex::encode(policy.digest()), case.digest, "{name}");
        assert_eq!(
            Policy::decode(&bytes(&case.encoded)).unwrap(),
            policy,
            "{name}"
        );
        assert_eq!(
            policy
                .rules()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
            case.rules,
            "{name}"
        );
    }
    for case in vectors.invalid {
        let refusal = Policy::decode(&bytes(&case.encoded)).expect_err(&case.name);
        assert_eq!(refusal.name(), case.error, "{}", case.name);
        let stage = match refusal.stage() {
            Stage::Shape => "shape",
            Stage::Contents => "contents",
        };
        assert_eq!(Some(stage), case.stage.as_deref(), "{}", case.name);
    }
    for case in vectors.signatures {
        let authority = AuthorityKey::from_bytes(&bytes(&case.authority)).unwrap();
        assert_eq!(authority.fingerprint().to_string(), case.fingerprint);
        let (policy, signature) = (bytes(&case.policy), bytes(&case.signature));
        assert_eq!(
            verify_signature(&policy, &signature, &authority),
            case.valid,
            "{}",
            case.name
        );
        let signed = SignedPolicy::decode(&[policy, signature].concat()).unwrap();
        assert_eq!(signed.is_signed_by(&authority), case.valid, "{}", case.name);
    }
    for case in vectors.texts {
        assert_eq!(case.text.parse::<Rule>().unwrap().to_string(), case.printed);
    }
}

#[derive(Deserialize)]
struct Floors {
    compiled: ValidFloor,
    added: Vec<ValidFloor>,
    invalid: Vec<Invalid>,
    reach: Vec<Reach>,
    keeps: Vec<Keeps>,
}

#[derive(Deserialize)]
struct ValidFloor {
    rules: Vec<String>,
    encoded: String,
}

#[derive(Deserialize)]
struct Reach {
    floor: String,
    rule: String,
    reaches: bool,
}

#[derive(Deserialize)]
struct Keeps {
    floor: String,
    path: String,
    keeps: bool,
}

#[test]
fn floors_are_read_and_obeyed() {
    let vectors: Floors = vectors("export-floor.json");
    assert_eq!(
        hex::encode(Floor::compiled().encode()),
        vectors.compiled.encoded
    );
    for case in vectors.added.into_iter().chain([vectors.compiled]) {
        let floor = Floor::decode(&bytes(&case.encoded)).unwrap();
        assert_eq!(hex::encode(floor.encode()), case.encoded);
        assert_eq!(
            floor
                .rules()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
            case.rules
        );
        let rules: Vec<Rule> = case
            .rules
            .iter()
            .rev()
            .map(|text| text.parse().unwrap())
            .collect();
        assert_eq!(Floor::new(rules).unwrap(), floor);
    }
    for case in vectors.invalid {
        let refusal = Floor::decode_added(&bytes(&case.encoded)).expect_err(&case.name);
        assert_eq!(refusal.name(), case.error, "{}", case.name);
    }
    assert!(vectors.reach.len() >= 60 && vectors.keeps.len() >= 60);
    for case in vectors.reach {
        let floor = Floor::decode(&bytes(&case.floor)).unwrap();
        assert_eq!(
            floor.reached_by(&case.rule.parse().unwrap()).is_some(),
            case.reaches,
            "{}",
            case.rule
        );
    }
    for case in vectors.keeps {
        let floor = Floor::decode(&bytes(&case.floor)).unwrap();
        let path: Path = case.path.parse().unwrap();
        assert_eq!(floor.keeps(&path).is_some(), case.keeps, "{}", case.path);
    }
}

#[derive(Deserialize)]
struct Attacks {
    cases: Vec<Attack>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attack {
    name: String,
    class: String,
    install_parameters: String,
    init_authority: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Step {
    Pin {
        which: String,
        sw: String,
    },
    Command {
        ins: String,
        p1: String,
        p2: String,
        data: String,
        sw: String,
        answer: Option<String>,
    },
    Plain {
        sw: String,
    },
    Snapshot,
    Unchanged,
    Reopen,
    Open,
    FactoryReset {
        #[serde(rename = "initAuthority")]
        init_authority: String,
    },
}

/// The model of a card with what surrounds it in a session: the PIN and the upload.
struct Session {
    card: CardModel,
    pin: bool,
    upload: Option<(u8, Vec<u8>)>,
}

impl Session {
    fn install(parameters: &str, init_authority: &str) -> Self {
        let mut card = CardModel {
            evaluator: Evaluator::new(Policy::default_installed()),
            uid: [0xEE; 16],
            authority: None,
            authority_installed: false,
            sequence: 0,
            frozen: false,
        };
        let parameters = bytes(parameters);
        let mut rest = parameters.as_slice();
        while let [tag, len, tail @ ..] = rest {
            let (value, tail) = tail.split_at(usize::from(*len));
            match tag {
                0x90 => {
                    card.authority = AuthorityKey::from_bytes(value);
                    card.authority_installed = true;
                }
                0x92 => {
                    card.evaluator.floor = Floor::compiled()
                        .with(&Floor::decode_added(value).unwrap())
                        .unwrap()
                }
                tag => panic!("install parameter {tag:02X}"),
            }
            rest = tail;
        }
        let mut session = Self {
            card,
            pin: false,
            upload: None,
        };
        session.init(init_authority);
        session
    }

    fn init(&mut self, authority: &str) {
        if !authority.is_empty() {
            assert!(!self.card.authority_installed);
            self.card.authority = Some(AuthorityKey::from_bytes(&bytes(authority)).unwrap());
        }
    }

    fn snapshot(&mut self) -> String {
        self.upload = None;
        format!("{:?}", self.card)
    }

    fn command(&mut self, ins: u8, p1: u8, p2: u8, data: &[u8]) -> (u16, Vec<u8>) {
        let upload = self.upload.take();
        let answer = match (ins, p1) {
            (0xC8, 0 | 0x80) => return self.block(upload, p1 == 0x80, p2, data),
            (0xC8, 1) if p2 == 0 && !self.pin => Err(0x6985),
            (0xC8, 1) if p2 == 0 && !data.is_empty() => Err(0x6A80),
            (0xC8, 1) if p2 == 0 => self
                .card
                .freeze(self.pin)
                .map_err(|refusal| refusal.status_word()),
            (0xC8, 2) => match (self.card.narrow(usize::from(p2), None, false), data.len()) {
                (Err(UpdateRefusal::NoSuchRule), _) => Err(0x6A86),
                _ if !self.pin => Err(0x6985),
                (_, 0 | 8) => self
                    .card
                    .narrow(usize::from(p2), data.try_into().ok(), true)
                    .map_err(|refusal| refusal.status_word()),
                _ => Err(0x6A80),
            },
            (0xC8, _) => Err(0x6A86),
            (0xC9, 0..=3) | (0xF2, 0) => Ok(()),
            (0xC9, _) => Err(0x6A86),
            (0xC2, _) => Err(0x6985),
            _ => Err(0x6D00),
        };
        (answer.err().unwrap_or(0x9000), Vec::new())
    }

    fn block(
        &mut self,
        upload: Option<(u8, Vec<u8>)>,
        last: bool,
        number: u8,
        data: &[u8],
    ) -> (u16, Vec<u8>) {
        let mut bytes = match (number, upload) {
            (0, _) => Vec::new(),
            (_, Some((next, bytes))) if next == number => bytes,
            _ => return (0x6A86, Vec::new()),
        };
        if !last {
            // The same checks as at the end, as far as they go without the rest.
            let early = self.card.judge(&[0], self.pin);
            if let Err(
                refusal @ (UpdateRefusal::PinNotVerified
                | UpdateRefusal::Frozen
                | UpdateRefusal::NoAuthority),
            ) = early
            {
                return (refusal.status_word(), Vec::new());
            }
        }
        bytes.extend(data);
        let early = self.card.judge(&bytes, self.pin);
        if data.is_empty() || data.len() > UPDATE_BLOCK_LEN || bytes.len() > MAX_SIGNED_LEN {
            let sw = match early {
                Err(
                    refusal @ (UpdateRefusal::PinNotVerified
                    | UpdateRefusal::Frozen
                    | UpdateRefusal::NoAuthority),
                ) => refusal.status_word(),
                _ => 0x6A80,
            };
            return (sw, Vec::new());
        }
        if !last {
            self.upload = Some((number + 1, bytes));
            return (0x9000, Vec::new());
        }
        match self.card.update(&bytes, self.pin) {
            Ok(digest) => (0x9000, digest.to_vec()),
            Err(refusal) => (refusal.status_word(), Vec::new()),
        }
    }
}

#[test]
fn every_attack_is_refused_by_the_model() {
    let attacks: Attacks = vectors("malicious-policies.json");
    let mut classes = BTreeMap::<String, usize>::new();
    for attack in attacks.cases {
        let name = format!("{}: {}", attack.class, attack.name);
        *classes.entry(attack.class.clone()).or_default() += 1;
        let mut session = Session::install(&attack.install_parameters, &attack.init_authority);
        let mut remembered = String::new();
        for (number, step) in attack.steps.into_iter().enumerate() {
            let name = format!("{name}, step {number}");
            match step {
                Step::Pin { which, sw } => {
                    session.upload = None;
                    session.pin = which != "wrong";
                    assert_eq!(sw, if session.pin { "9000" } else { "63C2" }, "{name}");
                }
                Step::Command {
                    ins,
                    p1,
                    p2,
                    data,
                    sw,
                    answer,
                } => {
                    let byte = |hex: &str| u8::from_str_radix(hex, 16).unwrap();
                    let (got, data) =
                        session.command(byte(&ins), byte(&p1), byte(&p2), &bytes(&data));
                    assert_eq!(format!("{got:04X}"), sw, "{name}");
                    if let Some(answer) = answer {
                        assert_eq!(hex::encode(data), answer, "{name}");
                    }
                }
                Step::Plain { sw } => {
                    session.upload = None;
                    assert_eq!(sw, "6982", "{name}");
                }
                Step::Snapshot => remembered = session.snapshot(),
                Step::Unchanged => assert_eq!(session.snapshot(), remembered, "{name}"),
                Step::Reopen | Step::Open => {
                    session.upload = None;
                    session.pin = false;
                }
                Step::FactoryReset { init_authority } => {
                    session.card.factory_reset([0xDD; 16]);
                    session.pin = false;
                    session.upload = None;
                    session.init(&init_authority);
                }
            }
        }
    }
    assert!(classes.values().sum::<usize>() >= 80, "{classes:?}");
    assert!(classes.len() >= 30, "{classes:?}");
}
