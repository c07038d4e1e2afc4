//! Unicode's NFKD form of a secret text, without copies left behind.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The NFKD form. Measured first, so that the text never moves while it grows.
pub(crate) fn nfkd(text: &str) -> Zeroizing<String> {
    let length = text.nfkd().map(char::len_utf8).sum();
    let mut normal = Zeroizing::new(String::with_capacity(length));
    normal.extend(text.nfkd());
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measure_is_right() {
        for text in ["", "plain", "caf\u{e9}", "\u{fdfa}", "\u{1f600}\u{ac00}"] {
            let normal = nfkd(text);
            assert_eq!(*normal, text.nfkd().collect::<String>());
            assert_eq!(normal.capacity(), normal.len());
        }
    }
}
