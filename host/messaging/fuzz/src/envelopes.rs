//! Fuzz target for everything that reads envelopes. The input's first byte says what the rest is: RLP, text, a plaintext
//! that is encrypted rightly, a body with a right tag, fields of an envelope, or a message to seal.
//!
//! Beyond "no panic": what decodes has one encoding, what opens lies within its input, what is sealed opens again, and no
//! parser allocates more than a constant times its input.

#![no_main]

use core::ops::ControlFlow;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use arbitrary::{Arbitrary, Unstructured};
use keyfence_messaging::{
    Checks, Envelope, Format, PublicKey, Recipient, SealRequest, SecretKey, SymmetricKey, Topic,
    Work, decode_json, decode_stream, encode_json, open_asymmetric, open_symmetric, seal,
};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/raw.rs"]
mod raw;

/// Counts what is allocated, and the most that it has been.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs a parser on input of this length: what it allocates is bounded by the input.
fn bounded<T>(length: usize, parse: impl FnOnce() -> T) -> T {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let result = parse();
    let used = PEAK.load(Relaxed).saturating_sub(before);
    assert!(
        used <= 16 * length + 16_384,
        "{used} bytes allocated for an input of {length}"
    );
    result
}

fn open_both(envelope: &Envelope<'_>) {
    let secret = SecretKey::from_bytes(&raw::KEY).unwrap();
    let symmetric = SymmetricKey::from_bytes(&raw::KEY);
    for opened in [
        bounded(envelope.data.len(), || open_symmetric(envelope, &symmetric)),
        bounded(envelope.data.len(), || open_asymmetric(envelope, &secret)),
    ]
    .into_iter()
    .flatten()
    {
        assert!(opened.payload().len() + opened.padding().len() < envelope.data.len());
    }
}

fn check(envelope: &Envelope<'_>) {
    for now in [0, envelope.sent(), envelope.expiry, u32::MAX] {
        let checks = Checks {
            minimum_work: 0.0,
            accept_expired: true,
            ..Checks::at(now)
        };
        if let Ok(work) = checks.check(envelope) {
            assert!(work.is_finite() && envelope.ttl > 0);
        }
    }
}

fn rlp(input: &[u8]) {
    if let Ok(envelope) = bounded(input.len(), || Envelope::decode(input)) {
        assert!(envelope.encode() == input);
        check(&envelope);
        open_both(&envelope);
    }
}

fn text(input: &[u8]) {
    if let Ok(envelopes) = bounded(input.len(), || decode_stream(input)) {
        for envelope in &envelopes {
            assert!(decode_stream(&Format::Hex.encode(envelope)) == Ok(vec![envelope.clone()]));
            assert!(decode_json(&encode_json(envelope)).as_ref() == Ok(envelope));
        }
    }
    if let Ok(text) = core::str::from_utf8(input) {
        if let Ok(key) = bounded(input.len(), || text.parse::<PublicKey>()) {
            assert!(key.to_hex().parse() == Ok(key));
        }
        let _ = text.parse::<Topic>();
    }
}

fn with_data(data: Vec<u8>) -> Envelope<'static> {
    Envelope {
        expiry: 1,
        ttl: 1,
        topic: Topic([0; 4]),
        data: data.into(),
        nonce: 0,
    }
}

#[derive(Arbitrary)]
struct Fields<'a> {
    expiry: u32,
    ttl: u32,
    topic: [u8; 4],
    nonce: u64,
    data: &'a [u8],
}

#[derive(Arbitrary)]
struct Message<'a> {
    signed: bool,
    symmetric: bool,
    now: u32,
    ttl: u32,
    payload: &'a [u8],
}

fn fields(fields: Fields<'_>) {
    let Fields {
        expiry,
        ttl,
        topic,
        nonce,
        data,
    } = fields;
    let envelope = Envelope {
        expiry,
        ttl,
        topic: Topic(topic),
        data: data.into(),
        nonce,
    };
    let rlp = envelope.encode();
    assert!(Envelope::decode(&rlp).as_ref() == Ok(&envelope));
    check(&envelope);
    for cut in [0, 1, rlp.len() / 2, rlp.len() - 1] {
        assert!(Envelope::decode(&rlp[..cut]).is_err());
    }
}

fn message(message: Message<'_>) {
    let secret = SecretKey::from_bytes(&raw::KEY).unwrap();
    let symmetric = SymmetricKey::from_bytes(&raw::KEY);
    let request = SealRequest {
        payload: message.payload,
        to: match message.symmetric {
            true => Recipient::Symmetric(&symmetric),
            false => Recipient::PublicKey(secret.public_key()),
        },
        signer: message.signed.then_some(&secret),
        topic: Topic([1, 2, 3, 4]),
        now: message.now,
        ttl: message.ttl,
        work: Work::NONE,
    };
    let Ok(envelope) = seal(&request, &mut |_| ControlFlow::Continue(())) else {
        assert!(message.ttl == 0 || message.now.checked_add(message.ttl).is_none());
        return;
    };
    let opened = match message.symmetric {
        true => open_symmetric(&envelope, &symmetric),
        false => open_asymmetric(&envelope, &secret),
    };
    let opened = opened.unwrap();
    assert!(opened.payload() == message.payload);
    assert!(opened.signer().is_some() == message.signed);
}

fuzz_target!(|input: &[u8]| {
    let Some((&what, rest)) = input.split_first() else {
        return;
    };
    match what % 6 {
        0 => rlp(rest),
        1 => text(rest),
        2 => open_both(&with_data(raw::gcm(rest))),
        3 => open_both(&with_data(raw::ecies_raw(rest))),
        4 => {
            if let Ok(value) = Fields::arbitrary_take_rest(Unstructured::new(rest)) {
                fields(value);
            }
        }
        _ => {
            if let Ok(value) = Message::arbitrary_take_rest(Unstructured::new(rest)) {
                message(value);
            }
        }
    }
});
