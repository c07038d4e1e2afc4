//! Answers of any bytes: every parser gives a value or an error, never a panic, and errors name themselves by stable codes.

use keyfence::{
    CardError, Explain, Family, InputError, Path, Session, TransportError,
    apdu::{Answer, StatusWord},
    applets::{CashCard, IdentApplet, NdefTag},
    commands::{
        Command, ExportKey, ExportKeys, FreezePolicy, GenerateMnemonic, GetCurrentPath,
        GetPolicyBlock, GetPolicyState, GetStatus, IdentifyCard, KeyChoice, LoadSeed,
        MutuallyAuthenticate, NarrowPolicy, OpenSecureChannel, PairFinal, PairFirst, PolicyPart,
        Select, Sign, SignPath, SlotChoice, UpdatePolicyBlock, VerifyPin,
    },
    key::{ExtendedPublicKey, PrivateKey, PublicKey},
    mnemonic::WordCount,
    pairing::Slot,
    secret::{PairingPassword, Pin, Seed},
    transport::{Card, Script, ScriptedCard},
    version::Version,
};
use proptest::{prelude::*, test_runner::RngSeed};
use std::collections::BTreeSet;

fn conclude<C: Command>(command: C, answer: &Answer) {
    let result = command.conclude(answer);
    if !answer.status().is_ok() && C::NAME != "EXPORT KEY" && C::NAME != "GET EXPORT POLICY" {
        assert!(
            result.is_err(),
            "{} took {:?} for a success",
            C::NAME,
            answer.status()
        );
    }
    assert!(command.request().to_bytes().is_ok());
}

/// Bytes that are often nearly a template.
fn answer_bytes() -> impl Strategy<Value = Vec<u8>> {
    let tag = prop_oneof![
        Just(0x80u8),
        Just(0x81),
        Just(0x82),
        Just(0x8a),
        Just(0x8d),
        Just(0x8e),
        Just(0x8f),
        Just(0x02),
        Just(0x30),
        any::<u8>()
    ];
    let element = (tag, proptest::collection::vec(any::<u8>(), 0..70)).prop_map(|(tag, value)| {
        let mut bytes = vec![tag, value.len() as u8];
        bytes.extend(value);
        bytes
    });
    let outer = prop_oneof![Just(0xa0u8), Just(0xa1), Just(0xa3), Just(0xa4), Just(0x80)];
    let template = (outer, proptest::collection::vec(element, 0..6), -2i16..3).prop_map(
        |(outer, elements, off)| {
            let inner = elements.concat();
            let length = (inner.len() as i16 + off).clamp(0, 255) as u8;
            let mut bytes = vec![outer];
            if length > 0x7f {
                bytes.push(0x81);
            }
            bytes.push(length);
            bytes.extend(inner);
            bytes
        },
    );
    let status = prop_oneof![3 => Just(0x9000u16), 1 => any::<u16>()];
    (
        prop_oneof![template, proptest::collection::vec(any::<u8>(), 0..260)],
        status,
    )
        .prop_map(|(mut bytes, status)| {
            bytes.extend(status.to_be_bytes());
            bytes
        })
}

/// `KEYFENCE_SEED` repeats a run; a hundred times as many cases in a soak.
fn config() -> ProptestConfig {
    let seed = std::env::var("KEYFENCE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |now| now.as_nanos() as u64)
    });
    println!("KEYFENCE_SEED={seed}");
    let soak = std::env::var("KEYFENCE_SOAK").is_ok_and(|value| value == "1");
    ProptestConfig {
        cases: if soak { 100_000 } else { 1_000 },
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_answer_makes_a_command_panic(bytes in answer_bytes()) {
        let answer = Answer::from_bytes(bytes.clone().into()).unwrap();
        let secret = keyfence::secret::PairingSecret::new(keyfence::secret::Secret32::new([1; 32]));
        let pin = Pin::parse("123456").unwrap();
        let seed = Seed::from_slice(&[1; 16]).unwrap();
        let point = PrivateKey::from_slice(&[1; 32]).unwrap().public_key().unwrap();
        let paths = [Path::whisper(), Path::database()];
        conclude(Select, &answer);
        let first = PairFirst { secret: &secret, challenge: [0; 32], choice: SlotChoice::Any };
        if let Ok(challenge) = first.conclude(&answer) {
            conclude(PairFinal { secret: &secret, challenge }, &answer);
        }
        conclude(OpenSecureChannel { slot: Slot(0), public_key: point }, &answer);
        conclude(MutuallyAuthenticate { challenge: [0; 32] }, &answer);
        conclude(GetStatus, &answer);
        conclude(GetCurrentPath, &answer);
        conclude(VerifyPin(&pin), &answer);
        conclude(LoadSeed(&seed), &answer);
        conclude(ExportKey::<PrivateKey>::new(&KeyChoice::Current), &answer);
        conclude(ExportKey::<PublicKey>::new(&KeyChoice::Current), &answer);
        conclude(ExportKey::<ExtendedPublicKey>::new(&KeyChoice::Current), &answer);
        conclude(ExportKeys::<PrivateKey>::first_of(&paths).0, &answer);
        conclude(Sign { hash: &[0; 32], path: &SignPath::Current }, &answer);
        conclude(IdentifyCard { challenge: [0; 32] }, &answer);
        conclude(GenerateMnemonic(WordCount::Twelve), &answer);
        conclude(GetPolicyState, &answer);
        conclude(GetPolicyBlock { part: PolicyPart::Floor, block: 0 }, &answer);
        conclude(UpdatePolicyBlock { block: 0, last: true, data: &[1] }, &answer);
        conclude(FreezePolicy, &answer);
        conclude(NarrowPolicy { rule: 0, digest: None }, &answer);
        let scripted = |count| -> Box<dyn Card> {
            Box::new(ScriptedCard::new((0..count).fold(Script::new(), |script: Script, _| script.answer(&bytes))))
        };
        let _ = Session::select(scripted(1));
        let _ = CashCard::select(scripted(1));
        let _ = IdentApplet::select(scripted(1));
        let _ = NdefTag::select(scripted(600)).map(|mut tag| tag.read().map(drop));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,80}") {
        let _ = text.parse::<Path>();
        let _ = Pin::parse(&text);
        let _ = keyfence::mnemonic::Mnemonic::parse(&text);
        let _ = Script::parse(&text);
        let _ = Seed::from_hex(&text);
        let _ = format!("{:?}", PairingPassword::new(text));
    }

    #[test]
    fn paths_come_back_from_text_and_bytes(components in proptest::collection::vec(any::<u32>(), 0..=10)) {
        let bytes: Vec<u8> = components.iter().flat_map(|component| component.to_be_bytes()).collect();
        let path = Path::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&path.to_bytes(), &bytes);
        prop_assert_eq!(path.to_string().parse::<Path>().unwrap(), path);
    }
}

/// One of each error that has fields or not: codes are stable, of one form, and each is of one error.
#[test]
fn codes_are_unique_and_of_one_form() {
    let card = [
        CardError::NoApplet,
        CardError::ChannelV2 {
            version: Version::V4_0,
        },
        CardError::NotInitialized,
        CardError::AlreadyInitialized,
        CardError::InitRefused,
        CardError::Unsupported {
            what: "do it",
            since: "never",
        },
        CardError::SlotsFull,
        CardError::PairingPassword,
        CardError::PairingUnknown,
        CardError::NoSuchSlot { slot: Slot(10) },
        CardError::PairingOtherCard {
            paired: [0; 16],
            found: [1; 16],
        },
        CardError::ChannelAuthentication { reason: "" },
        CardError::ChannelMac,
        CardError::ChannelClosed,
        CardError::PinWrong { tries_left: 1 },
        CardError::PinBlocked,
        CardError::PukWrong { tries_left: 2 },
        CardError::PukBlocked,
        CardError::PinNotBlocked,
        CardError::PinRequired,
        CardError::NoKey,
        CardError::NoChainCode,
        CardError::ExportRefused { paths: vec![] },
        CardError::PinlessRefused {
            path: Path::master(),
        },
        CardError::PinlessSignRefused,
        CardError::InvalidChild,
        CardError::NoParent,
        CardError::NoPinlessPath,
        CardError::NoCertificate,
        CardError::CertificatePresent,
        CardError::DataRefused { command: "" },
        CardError::PolicySignature,
        CardError::PolicyState,
        CardError::PolicyContent,
        CardError::PolicyAuthority {
            expected: None,
            found: None,
        },
        CardError::PolicyOther,
        CardError::PolicyRule { index: 0 },
        CardError::Signature,
        CardError::UnexpectedStatus {
            command: "",
            status: StatusWord(0x6f00),
        },
        CardError::MalformedAnswer {
            command: "",
            what: "",
        },
    ];
    let input = [
        InputError::PinFormat,
        InputError::PukFormat,
        InputError::SamePins,
        InputError::RetryLimit {
            what: "PIN",
            given: 1,
            min: 2,
            max: 10,
        },
        InputError::MnemonicWord { position: 1 },
        InputError::MnemonicLength { count: 1 },
        InputError::MnemonicChecksum,
        InputError::Hex { what: "" },
        InputError::Length {
            what: "",
            given: 0,
            expected: "",
        },
        InputError::Key { what: "" },
        InputError::PairingRecord { reason: "" },
    ];
    let transport = [
        TransportError::NoService(pcsc::Error::NoService),
        TransportError::NoReader,
        TransportError::SeveralReaders { names: vec![] },
        TransportError::UnknownReader {
            wanted: String::new(),
            names: vec![],
        },
        TransportError::NoCard {
            reader: String::new(),
        },
        TransportError::InUse {
            reader: String::new(),
        },
        TransportError::Mute {
            reader: String::new(),
            source: pcsc::Error::UnresponsiveCard,
        },
        TransportError::Removed,
        TransportError::ResetByOther,
        TransportError::Pcsc(pcsc::Error::InternalError),
        TransportError::SimulatorBusy {
            address: String::new(),
        },
        TransportError::SimulatorGone(None),
        TransportError::SimulatorTimeout(std::time::Duration::ZERO),
        TransportError::SimulatorNotFound { tried: vec![] },
        TransportError::SimulatorStart {
            reason: String::new(),
        },
        TransportError::Malformed { length: 0 },
        TransportError::Script(String::new()),
    ];
    let all: Vec<&dyn Explain> = card
        .iter()
        .map(|error| error as &dyn Explain)
        .chain(input.iter().map(|error| error as &dyn Explain))
        .chain(transport.iter().map(|error| error as &dyn Explain))
        .collect();
    let codes: BTreeSet<&str> = all.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), all.len(), "a code is used twice");
    for error in &all {
        let code = error.code();
        assert!(
            code.starts_with("E-")
                && code
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'),
            "{code}"
        );
        assert!(!error.to_string().is_empty());
    }
    assert!(
        transport
            .iter()
            .all(|error| error.family() == Family::Transport)
    );
}
