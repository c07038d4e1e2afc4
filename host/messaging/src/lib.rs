//! The messaging core: Whisper v6 envelopes and an SQLCipher store on the two keys that leave the card.
