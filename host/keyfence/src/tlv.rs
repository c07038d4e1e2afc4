//! Reading BER-TLV with one-byte tags, as the card's templates are made of; every length is checked.

/// One element after another of a run of TLVs.
#[derive(Clone, Debug)]
pub(crate) struct Tlvs<'a> {
    rest: &'a [u8],
}

impl<'a> Tlvs<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What wasn't read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next tag and value; `Ok(None)` at the end, `Err` when a length reaches past it.
    pub(crate) fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, Truncated> {
        let Some((&tag, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        let (length, rest) = length(rest).ok_or(Truncated)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(Truncated)?;
        self.rest = rest;
        Ok(Some((tag, value)))
    }
}

/// A TLV whose length reaches past the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truncated;

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [short @ 0..=0x7f, rest @ ..] => Some((usize::from(*short), rest)),
        [0x81, long, rest @ ..] => Some((usize::from(*long), rest)),
        [0x82, high, low, rest @ ..] => {
            Some((usize::from(u16::from_be_bytes([*high, *low])), rest))
        }
        _ => None,
    }
}

/// The value of the first element with this tag.
pub(crate) fn find(bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    let mut tlvs = Tlvs::new(bytes);
    while let Ok(Some((tag, value))) = tlvs.next() {
        if tag == wanted {
            return Some(value);
        }
    }
    None
}

/// Appends an element; values up to 255 bytes.
pub(crate) fn push(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    out.push(tag);
    if value.len() > 0x7f {
        out.push(0x81);
    }
    out.push(value.len() as u8);
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_in_order_and_lengths_are_checked() {
        let mut tlvs = Tlvs::new(&[
            0x80, 0x01, 0xaa, 0x81, 0x81, 0x02, 1, 2, 0x82, 0x82, 0, 1, 9,
        ]);
        assert_eq!(tlvs.next(), Ok(Some((0x80, &[0xaa][..]))));
        assert_eq!(tlvs.next(), Ok(Some((0x81, &[1, 2][..]))));
        assert_eq!(tlvs.next(), Ok(Some((0x82, &[9][..]))));
        assert_eq!(tlvs.next(), Ok(None));
        for cut in [
            &[0x80][..],
            &[0x80, 2, 1],
            &[0x80, 0x81],
            &[0x80, 0x83, 0, 0, 1, 1],
        ] {
            assert_eq!(Tlvs::new(cut).next(), Err(Truncated), "{cut:?}");
        }
        assert_eq!(find(&[1, 0, 2, 1, 7], 2), Some(&[7][..]));
        assert_eq!(find(&[1, 0, 2, 9, 7], 2), None);
    }

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 127, 128, 255] {
            let mut out = Vec::new();
            push(&mut out, 0x82, &vec![7; length]);
            assert_eq!(find(&out, 0x82).unwrap().len(), length);
        }
    }
}
