//! Keys: loading in all forms, deriving, exporting with every source, removing.

use crate::common::*;
use keyfence::{
    Path, PathSource,
    commands::{KeyChoice, KeyMaterial},
    error::{CardError, Error, InputError},
    key::{ExtendedPublicKey, PrivateKey, PublicKey},
    secret::{Secret32, Seed},
};

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

#[test]
fn bip32_vectors_come_out_of_the_card() {
    let card = TestCard::new();
    let mut session = card.verified();
    for vector in vectors("bip32.json")["vectors"].as_array().unwrap() {
        session
            .load_seed(&Seed::from_hex(vector["seed"].as_str().unwrap()).unwrap())
            .unwrap();
        for chain in vector["chains"].as_array().unwrap() {
            let path = path(chain["path"].as_str().unwrap());
            let extended = session.export_extended(&path).unwrap();
            assert_eq!(
                extended.public_key.to_string(),
                chain["public_key"].as_str().unwrap(),
                "{path}"
            );
            assert_eq!(
                hex::encode(extended.chain_code),
                chain["chain_code"].as_str().unwrap(),
                "{path}"
            );
            assert_eq!(session.export_public(&path).unwrap(), extended.public_key);
        }
    }
}

#[test]
fn keys_are_loaded_in_three_forms() {
    let card = TestCard::new();
    let mut session = card.verified();
    let private_key = PrivateKey::from_slice(&[0x11; 32]).unwrap();
    let public_key = private_key.public_key().unwrap();
    for public in [None, Some(public_key)] {
        let plain = KeyMaterial {
            private_key: private_key.clone(),
            public_key: public,
            chain_code: None,
        };
        assert_eq!(session.load_key(&plain).unwrap(), public_key.key_uid());
        assert_eq!(session.export_public(&Path::master()).unwrap(), public_key);
        assert_eq!(
            card_error(session.export_public(&path("m/0"))),
            CardError::NoChainCode
        );
        assert_eq!(
            card_error(session.export_private(&Path::whisper())),
            CardError::NoChainCode
        );
        assert_eq!(card_error(session.export_eip1581()), CardError::NoChainCode);
        assert_eq!(
            card_error(session.derive(PathSource::Master, &path("m/0"))),
            CardError::NoChainCode
        );
        let extended = KeyMaterial {
            chain_code: Some(Secret32::new([0x22; 32])),
            ..plain
        };
        assert_eq!(session.load_key(&extended).unwrap(), public_key.key_uid());
        assert_eq!(
            session.export_extended(&Path::master()).unwrap().chain_code,
            [0x22; 32]
        );
        session.export_private(&Path::whisper()).unwrap();
    }
    let other = PrivateKey::from_slice(&[0x33; 32])
        .unwrap()
        .public_key()
        .unwrap();
    let wrong = KeyMaterial {
        private_key,
        public_key: Some(other),
        chain_code: None,
    };
    assert_eq!(
        card_error(session.load_key(&wrong)),
        CardError::DataRefused {
            command: "LOAD KEY"
        }
    );
    for length in [16, 32, 64] {
        session
            .load_seed(&Seed::from_slice(&vec![7; length]).unwrap())
            .unwrap();
    }
    assert!(Seed::from_slice(&[7; 15]).is_err() && Seed::from_slice(&[7; 65]).is_err());
}

#[test]
fn a_generated_key_is_new_each_time_and_a_removed_one_is_gone() {
    let card = TestCard::new();
    let mut session = card.verified();
    assert_eq!(
        card_error(session.export_private(&Path::whisper())),
        CardError::NoKey
    );
    assert_eq!(
        card_error(session.export_public(&Path::master())),
        CardError::NoKey
    );
    assert_eq!(card_error(session.export_eip1581()), CardError::NoKey);
    let first = session.generate_key().unwrap();
    assert_eq!(
        session.export_public(&Path::master()).unwrap().key_uid(),
        first
    );
    assert_ne!(session.generate_key().unwrap(), first);
    assert!(session.status().unwrap().key_loaded);
    session.remove_key().unwrap();
    session.remove_key().unwrap();
    assert!(!session.status().unwrap().key_loaded);
    assert_eq!(session.application().key_uid, None);
    assert_eq!(
        card_error(session.derive(PathSource::Master, &path("m/0"))),
        CardError::NoKey
    );
}

#[test]
fn the_current_path_and_what_is_appended_to_it() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    assert_eq!(session.current_path().unwrap(), Path::master());
    session
        .derive(PathSource::Master, &path("m/43'/60'/1581'/0'"))
        .unwrap();
    session.derive(PathSource::Current, &path("0")).unwrap();
    assert_eq!(session.current_path().unwrap(), Path::whisper());
    let whisper = session.export_private(&Path::whisper()).unwrap();
    assert_eq!(
        session.export::<PrivateKey>(&KeyChoice::Current).unwrap(),
        whisper
    );
    let sibling = KeyChoice::Derive(PathSource::Parent, path("1"));
    let expected = session
        .export_private(&path("m/43'/60'/1581'/0'/1"))
        .unwrap();
    assert_eq!(session.export::<PrivateKey>(&sibling).unwrap(), expected);
    assert_eq!(session.current_path().unwrap(), Path::whisper());
    let below = KeyChoice::MakeCurrent(PathSource::Current, path("5/6"));
    let expected = session
        .export_private(&path("m/43'/60'/1581'/0'/0/5/6"))
        .unwrap();
    assert_eq!(session.export::<PrivateKey>(&below).unwrap(), expected);
    assert_eq!(
        session.current_path().unwrap(),
        path("m/43'/60'/1581'/0'/0/5/6")
    );
    let wallet = KeyChoice::MakeCurrent(PathSource::Master, path("m/44'/60'/0'/0/0"));
    let refusal = card_error(session.export::<PrivateKey>(&wallet));
    assert!(matches!(refusal, CardError::ExportRefused { .. }));
    let public: PublicKey = session.export(&wallet).unwrap();
    let refusal = card_error(session.export::<PrivateKey>(&KeyChoice::Current));
    let paths = vec![path("m/44'/60'/0'/0/0")];
    assert_eq!(refusal, CardError::ExportRefused { paths });
    let extended: ExtendedPublicKey = session.export(&KeyChoice::Current).unwrap();
    assert_eq!(extended.public_key, public);
    session.derive(PathSource::Master, &Path::master()).unwrap();
    let none = card_error(session.derive(PathSource::Parent, &path("0")));
    assert_eq!(none, CardError::NoParent);
    let deep = session.derive(PathSource::Master, &path("0/1/2/3/4/5/6/7/8/9"));
    deep.unwrap();
    let deeper = card_error(session.derive(PathSource::Current, &path("0")));
    assert_eq!(
        deeper,
        CardError::DataRefused {
            command: "DERIVE KEY"
        }
    );
}

#[test]
fn extended_public_keys_stop_at_the_boundaries() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    session.export_extended(&path("m/44'/60'/0'/0")).unwrap();
    session.export_extended(&path("m/43'/60'/1581'")).unwrap();
    for below in [
        "m/43'/60'/1581'/0'",
        "m/43'/60'/1581'/1'/0",
        "m/43'/60'/1581'/0'/0/1",
    ] {
        let error = card_error(session.export_extended(&path(below)));
        assert_eq!(
            error,
            CardError::ExportRefused {
                paths: vec![path(below)]
            }
        );
        session.export_public(&path(below)).unwrap();
    }
}

#[test]
fn many_paths_come_in_order_or_not_at_all() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let paths: Vec<Path> = (0..20)
        .map(|index| path(&format!("m/43'/60'/1581'/{}'/{index}", index % 2)))
        .collect();
    let privates: Vec<PrivateKey> = session.export_many(&paths).unwrap();
    let publics: Vec<PublicKey> = session.export_many(&paths).unwrap();
    assert_eq!((privates.len(), publics.len()), (paths.len(), paths.len()));
    for ((path, private), public) in paths.iter().zip(&privates).zip(&publics) {
        assert_eq!(private.public_key().unwrap(), *public);
        assert_eq!(session.export_private(path).unwrap(), *private);
    }
    let wallets = [
        path("m/44'/60'/0'"),
        path("m/44'/60'/1'"),
        path("m/44'/60'/2'"),
    ];
    let extended: Vec<ExtendedPublicKey> = session.export_many(&wallets).unwrap();
    assert_eq!(extended.len(), wallets.len());
    for (path, key) in wallets.iter().zip(&extended) {
        assert_eq!(session.export_extended(path).unwrap(), *key);
    }
    let mixed = [Path::whisper(), path("m/44'/60'/0'/0/0"), Path::database()];
    let error = card_error(session.export_many::<PrivateKey>(&mixed));
    assert!(matches!(error, CardError::ExportRefused { paths } if paths.contains(&mixed[1])));
    assert!(session.export_many::<PrivateKey>(&[]).unwrap().is_empty());
}

#[test]
fn several_cards_side_by_side_are_different_cards() {
    let cards = [TestCard::new(), TestCard::new(), TestCard::new()];
    let mut sessions: Vec<_> = cards.iter().map(TestCard::verified).collect();
    let key_uids: Vec<_> = sessions
        .iter_mut()
        .map(|session| session.generate_key().unwrap())
        .collect();
    let uids: Vec<_> = sessions
        .iter()
        .map(|session| session.application().uid)
        .collect();
    let publics: Vec<_> = sessions
        .iter()
        .map(|session| *session.public_key())
        .collect();
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        assert!(key_uids[a] != key_uids[b] && uids[a] != uids[b] && publics[a] != publics[b]);
    }
}

#[test]
fn data_longer_than_the_channel_carries_is_not_sent() {
    let card = TestCard::new();
    let mut session = card.verified();
    let too_long = keyfence::apdu::CommandApdu::new(0xe2, 0, 0).with_data(&[0; 224]);
    assert!(matches!(
        session.transmit(&too_long),
        Err(Error::Input(InputError::Length { given: 224, .. }))
    ));
    session.status().unwrap();
}
