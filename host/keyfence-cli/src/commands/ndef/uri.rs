//! NDEF's URI record: one record of type "U" (NFC Forum, URI Record Type Definition 1.0; record layout: NDEF 1.0, section 3).

/// Prefixes that one byte stands for: the position is the code (URI RTD, table 3).
const PREFIXES: [&str; 36] = [
    "",
    "http://www.",
    "https://www.",
    "http://",
    "https://",
    "tel:",
    "mailto:",
    "ftp://anonymous:anonymous@",
    "ftp://ftp.",
    "ftps://",
    "sftp://",
    "smb://",
    "nfs://",
    "ftp://",
    "dav://",
    "news:",
    "telnet://",
    "imap:",
    "rtsp://",
    "urn:",
    "pop:",
    "sip:",
    "sips:",
    "tftp:",
    "btspp://",
    "btl2cap://",
    "btgoep://",
    "tcpobex://",
    "irdaobex://",
    "file://",
    "urn:epc:id:",
    "urn:epc:tag:",
    "urn:epc:pat:",
    "urn:epc:raw:",
    "urn:epc:",
    "urn:nfc:",
];

/// First and last record of the message, a well-known type.
const ONE_RECORD: u8 = 0xC1;
/// The payload's length is one byte instead of four.
const SHORT: u8 = 0x10;

/// The message that holds this URL; `None` if it has no scheme.
pub fn encode(url: &str) -> Option<Vec<u8>> {
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if !is_scheme || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (code, prefix) = PREFIXES
        .iter()
        .zip(0_u8..)
        .filter(|(prefix, _)| url.starts_with(**prefix))
        .map(|(prefix, code)| (code, prefix))
        .max_by_key(|(_, prefix)| prefix.len())?;
    let rest = url.get(prefix.len()..)?.as_bytes();
    let length = 1 + rest.len();
    let mut message = match u8::try_from(length) {
        Ok(short) => vec![ONE_RECORD | SHORT, 1, short],
        Err(_) => [
            &[ONE_RECORD, 1][..],
            &u32::try_from(length).ok()?.to_be_bytes(),
        ]
        .concat(),
    };
    message.extend([b'U', code]);
    message.extend_from_slice(rest);
    Some(message)
}

/// The URL of a message that is one URI record; `None` for any other.
pub fn decode(message: &[u8]) -> Option<String> {
    let (header, rest) = message.split_first_chunk::<2>()?;
    let (length, rest) = match header {
        [flags, 1] if *flags == ONE_RECORD | SHORT => rest
            .split_first()
            .map(|(length, rest)| (usize::from(*length), rest))?,
        [ONE_RECORD, 1] => rest
            .split_first_chunk::<4>()
            .map(|(length, rest)| (u32::from_be_bytes(*length) as usize, rest))?,
        _ => return None,
    };
    let [b'U', payload @ ..] = rest else {
        return None;
    };
    let [code, rest @ ..] = payload else {
        return None;
    };
    if payload.len() != length {
        return None;
    }
    let url = format!(
        "{}{}",
        PREFIXES.get(usize::from(*code))?,
        std::str::from_utf8(rest).ok()?
    );
    // What a card holds is shown on a terminal.
    url.chars().all(|c| !c.is_control()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example() {
        // URI RTD 1.0, appendix: http://www.nfc.com
        let message = hex::decode("d1010855016e66632e636f6d").unwrap();
        assert_eq!(decode(&message).as_deref(), Some("http://www.nfc.com"));
        assert_eq!(encode("http://www.nfc.com").unwrap(), message);
    }

    #[test]
    fn urls_come_back_whatever_their_prefix_and_length() {
        for prefix in &PREFIXES[1..] {
            let url = format!("{prefix}x");
            assert_eq!(
                decode(&encode(&url).unwrap()).as_deref(),
                Some(url.as_str())
            );
        }
        for length in [1, 200, 254, 255, 256, 400] {
            let url = format!("https://{}", "a".repeat(length));
            assert_eq!(
                decode(&encode(&url).unwrap()).as_deref(),
                Some(url.as_str())
            );
        }
        assert_eq!(
            decode(&encode("status-app://x").unwrap()).as_deref(),
            Some("status-app://x")
        );
    }

    #[test]
    fn what_is_no_url_or_no_record_is_none() {
        for text in ["", "example.org", "http://a b", "1a:b", ":x", "https://\n"] {
            assert_eq!(encode(text), None, "{text}");
        }
        let good = encode("https://example.org").unwrap();
        for length in 0..good.len() {
            assert_eq!(decode(&good[..length]), None, "{length}");
        }
        assert_eq!(decode(&[&good[..], &[0]].concat()), None);
        assert_eq!(decode(&hex::decode("d101025504").unwrap()), None);
        assert_eq!(
            decode(&hex::decode("d1010355041b5b").unwrap()),
            None,
            "an escape sequence"
        );
    }
}
