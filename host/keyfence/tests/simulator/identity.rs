//! Identity: certificates stored once, shown to anybody, judged against an issuer.

use crate::common::*;
use k256::ecdsa::{SigningKey, signature::hazmat::PrehashSigner};
use keyfence::{
    Session,
    applets::{CashCard, IdentApplet},
    error::CardError,
    identity::{Certificate, Verdict},
    key::{PrivateKey, PublicKey},
};
use sha2::{Digest, Sha256};

fn issue(issuer: &SigningKey, identity: &PrivateKey) -> Certificate {
    let key = identity.public_key().unwrap().to_compressed();
    let (signature, id) = issuer.sign_prehash_recoverable(&Sha256::digest(key));
    Certificate::from_bytes(&[&key[..], &signature.to_bytes(), &[id.to_byte()]].concat()).unwrap()
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::from_sec1(key.verifying_key().to_sec1_point(true).as_bytes()).unwrap()
}

#[test]
fn a_card_shows_the_certificate_that_its_issuer_stored() {
    let card = TestCard::new();
    let issuer = SigningKey::from_slice(&[0x15; 32]).unwrap();
    let other = SigningKey::from_slice(&[0x16; 32]).unwrap();
    let identity = PrivateKey::from_slice(&[0x1d; 32]).unwrap();
    let certificate = issue(&issuer, &identity);
    assert_eq!(certificate.issuer(), Some(public(&issuer)));
    let mut session = card.new_card();
    assert_eq!(card_error(session.identify()), CardError::NoCertificate);
    let mut ident = IdentApplet::select(session.into_card()).unwrap();
    assert_eq!(ident.certificate(), None);
    ident.store(&certificate, &identity).unwrap();
    assert_eq!(
        card_error(ident.store(&certificate, &identity)),
        CardError::CertificatePresent
    );
    let ident = IdentApplet::select(ident.into_card()).unwrap();
    assert_eq!(ident.certificate(), Some(&certificate));
    // Before INIT, after it, in the channel, and by the Cash applet.
    let session = Session::select(ident.into_card()).unwrap();
    let mut session = session.uninitialized().unwrap();
    assert_eq!(
        session.identify().unwrap().verdict(&public(&issuer)),
        Verdict::Genuine
    );
    let mut session = session.init(&init()).unwrap();
    let seen = session.identify().unwrap();
    assert_eq!(seen.verdict(&public(&issuer)), Verdict::Genuine);
    assert_eq!(
        seen.verdict(&public(&other)),
        Verdict::OtherIssuer {
            issuer: public(&issuer)
        }
    );
    assert_eq!(seen.certificate, certificate);
    let record = session
        .pair_with_secret(&secret(), Default::default())
        .unwrap();
    let mut session = open_with(session, record);
    assert_eq!(
        session.identify().unwrap().verdict(&public(&issuer)),
        Verdict::Genuine
    );
    let session = session.factory_reset().unwrap();
    let mut cash = CashCard::select(session.into_card()).unwrap();
    let mut seen = cash.identify().unwrap();
    assert_eq!(seen.verdict(&public(&issuer)), Verdict::Genuine);
    // A copy of the certificate, without its key.
    seen.challenge[0] ^= 1;
    assert_eq!(seen.verdict(&public(&issuer)), Verdict::NotTheHolder);
}

#[test]
fn a_certificate_that_nobody_signed_has_no_issuer() {
    let card = TestCard::new();
    let issuer = SigningKey::from_slice(&[0x15; 32]).unwrap();
    let identity = PrivateKey::from_slice(&[0x1d; 32]).unwrap();
    let mut bytes = *issue(&issuer, &identity).as_bytes();
    bytes[97] = 9;
    let certificate = Certificate::from_bytes(&bytes).unwrap();
    let mut ident = IdentApplet::select(card.new_card().into_card()).unwrap();
    ident.store(&certificate, &identity).unwrap();
    let mut session = Session::select(ident.into_card())
        .unwrap()
        .uninitialized()
        .unwrap();
    assert_eq!(
        session.identify().unwrap().verdict(&public(&issuer)),
        Verdict::NoIssuer
    );
    bytes[1] ^= 0xff;
    assert!(Certificate::from_bytes(&bytes[..97]).is_none());
    // A wrong key for the certificate.
    let other = SigningKey::from_slice(&[0x16; 32]).unwrap();
    let signature: k256::ecdsa::Signature = other.sign_prehash(&[1; 32]).unwrap();
    assert!(k256::ecdsa::Signature::from_der(signature.to_der().as_bytes()).is_ok());
}
