//! The published worked examples, against the public interface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use core::ops::ControlFlow;

use keyfence_messaging::{
    Channel, DatabaseKey, Envelope, Lock, Recipient, SealRequest, SecretKey, SymmetricKey, Topic,
    WhisperIdentity, Work, open_asymmetric, open_symmetric, seal,
};

const RECIPIENT: &str = "5a42b4f15ff1a5da95d116442ce11a31e9020f562224bf60b1d8d3a99d90653d";
const JUNK_WHISPER: &str = "cd4d1e126328b7d3392c858b51d722f5b1ea1928e3543cf699e0caa0d4a0289e";
const JUNK_WHISPER_PUBLIC: &str = "04b0845dbe5aac196a2c1606fe3199e5ec9b2bd09a5bd801e478409544745bf6898bad70ee31d6c3061a86101a087bb605ce3c88292888221c992a17e8d6e40eaf";
const JUNK_DATABASE: &str = "304d3cea8e440e086e194670efe91ed75c97150110dd0500578920214dd60fd5";

fn secret(hex: &str) -> SecretKey {
    SecretKey::from_bytes(&hex::decode(hex).unwrap()).unwrap()
}

fn identity(hex: &str) -> WhisperIdentity {
    WhisperIdentity::from_bytes(&hex::decode(hex).unwrap()).unwrap()
}

fn password_key(channel: &Channel) -> String {
    match channel.lock() {
        Lock::Password(password) => hex::encode(password.key().expose()),
        Lock::PublicKey(_) => panic!("an asymmetric channel"),
    }
}

#[test]
fn topics_of_all_five_kinds() {
    let recipient = identity(RECIPIENT);
    let key = recipient.public_key();
    assert_eq!(Channel::partitioned(key).topic().to_string(), "301ccf98");
    assert_eq!(
        Channel::partitioned(key).topic(),
        Topic::of_name("contact-discovery-139")
    );
    assert_eq!(Channel::personal(key).topic().to_string(), "0b683e16");
    let code = Channel::contact_code(key);
    assert_eq!(code.topic().to_string(), "b34d3501");
    assert_eq!(
        password_key(&code),
        "52201704f593a91ecaf990fe9dd70e3daa1f125a9a61e12569903519df5808f6"
    );
    let other = identity(&"11".repeat(32));
    assert_eq!(
        Channel::negotiated(&recipient, other.public_key())
            .topic()
            .to_string(),
        "0ebc5028"
    );
    assert_eq!(
        Channel::negotiated(&other, key).topic().to_string(),
        "0ebc5028"
    );
    let chat = Channel::public_chat("status");
    assert_eq!(chat.topic().to_string(), "cd423760");
    assert_eq!(
        password_key(&chat),
        "36224048e42c49e5c59c57bba5024fbb8822d6b4ee6ac5fbefd8b77f5323ecc4"
    );
}

#[test]
fn sizes_of_a_signed_hello_whisper() {
    let recipient = secret(RECIPIENT);
    let request = SealRequest {
        payload: b"hello whisper",
        to: Recipient::PublicKey(recipient.public_key()),
        signer: Some(&recipient),
        topic: Topic::of_name("contact-discovery-139"),
        now: 1_600_000_000,
        ttl: 50,
        work: Work::NONE,
    };
    let mut envelope = seal(&request, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(envelope.data.len(), 369);
    envelope.nonce = 1;
    let rlp = envelope.encode();
    assert_eq!(rlp.len(), 387);
    assert_eq!(Envelope::decode(&rlp).unwrap(), envelope);
    let opened = open_asymmetric(&envelope, &recipient).unwrap();
    assert_eq!(opened.payload(), b"hello whisper");
    assert_eq!(opened.padding().len(), 176);
    assert_eq!(opened.signer(), Some(recipient.public_key()));
}

#[test]
fn keys_of_the_test_mnemonic() {
    assert_eq!(
        identity(JUNK_WHISPER).public_key().to_hex(),
        JUNK_WHISPER_PUBLIC
    );
    let database = DatabaseKey::from_bytes(&hex::decode(JUNK_DATABASE).unwrap()).unwrap();
    assert_eq!(format!("{database:?}"), "DatabaseKey(..)");
    assert!(!format!("{:?}", identity(JUNK_WHISPER)).contains(JUNK_WHISPER));
    assert!(!format!("{:?}", SymmetricKey::from_bytes(&[7; 32])).contains("07"));
}

#[test]
fn keys_that_are_none() {
    for bad in [
        "00".repeat(32),
        "ff".repeat(32),
        "11".repeat(31),
        "11".repeat(33),
        String::new(),
    ] {
        let bytes = hex::decode(bad).unwrap();
        assert!(WhisperIdentity::from_bytes(&bytes).is_err());
        assert!(DatabaseKey::from_bytes(&bytes).is_err());
    }
    let good = JUNK_WHISPER_PUBLIC
        .parse::<keyfence_messaging::PublicKey>()
        .unwrap();
    let compressed = format!("0x03{}", &JUNK_WHISPER_PUBLIC[2..66]);
    assert_eq!(compressed.parse(), Ok(good));
    let wrong_prefix = format!("06{}", &JUNK_WHISPER_PUBLIC[2..]);
    let off_curve = format!("{}ae", &JUNK_WHISPER_PUBLIC[..128]);
    for bad in [
        "",
        "00",
        "04",
        wrong_prefix.as_str(),
        off_curve.as_str(),
        "zz",
        &"04".repeat(5000),
    ] {
        assert!(
            bad.parse::<keyfence_messaging::PublicKey>().is_err(),
            "{bad}"
        );
    }
}

/// test-vectors/whisper.json: what go-ethereum sealed, opened and refused, for machines without Go too.
#[test]
fn envelopes_of_the_reference() {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/whisper.json");
    let vectors: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let open = |vector: &serde_json::Value| -> Result<_, keyfence_messaging::Error> {
        let rlp = hex::decode(vector["envelope"].as_str().unwrap()).unwrap();
        let envelope = Envelope::decode(&rlp)?.into_owned();
        let opened = match vector["private"].as_str() {
            Some(private) => open_asymmetric(&envelope, &secret(private))?,
            None => {
                let key: [u8; 32] = hex::decode(vector["key"].as_str().unwrap())
                    .unwrap()
                    .try_into()
                    .unwrap();
                open_symmetric(&envelope, &SymmetricKey::from_bytes(&key))?
            }
        };
        Ok((envelope, opened))
    };
    let all = vectors["vectors"].as_array().unwrap();
    assert_eq!(all.len(), 32);
    for vector in all {
        let (envelope, opened) = open(vector).unwrap();
        let name = &vector["name"];
        assert_eq!(hex::encode(opened.payload()), vector["payload"], "{name}");
        assert_eq!(
            opened.padding().len(),
            vector["padding"].as_u64().unwrap() as usize,
            "{name}"
        );
        assert_eq!(
            opened.signer().map(|key| key.to_hex()).as_deref(),
            vector["signer"].as_str(),
            "{name}"
        );
        assert_eq!(hex::encode(envelope.hash()), vector["hash"], "{name}");
        let work = keyfence_messaging::work_of(&envelope, envelope.ttl).unwrap();
        assert_eq!(
            format!("{:x}", work.to_bits()),
            vector["work_bits"],
            "{name}"
        );
    }
    let refused = vectors["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 16);
    for vector in refused {
        assert!(open(vector).is_err(), "{}", vector["name"]);
    }
}
