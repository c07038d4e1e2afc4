//! The protocol's numbers in one place: AIDs, instructions, limits (Keycard 3.2, secure channel V1).

/// Application identifiers of the instances.
pub mod aid {
    /// The Keycard applet.
    pub const KEYCARD: &[u8] = &[0xa0, 0x00, 0x00, 0x08, 0x04, 0x00, 0x01, 0x01, 0x01];
    /// The NDEF applet (the NFC Forum's type 4 tag).
    pub const NDEF: &[u8] = &[0xd2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
    /// The Cash applet.
    pub const CASH: &[u8] = &[0xa0, 0x00, 0x00, 0x08, 0x04, 0x00, 0x01, 0x03, 0x01];
    /// The Ident applet.
    pub const IDENT: &[u8] = &[0xa0, 0x00, 0x00, 0x08, 0x04, 0x00, 0x01, 0x04, 0x01];
}

/// Instruction bytes.
pub mod ins {
    /// SELECT (class 00).
    pub const SELECT: u8 = 0xa4;
    /// READ BINARY (class 00), of the NDEF applet.
    pub const READ_BINARY: u8 = 0xb0;
    /// INIT.
    pub const INIT: u8 = 0xfe;
    /// PAIR.
    pub const PAIR: u8 = 0x12;
    /// UNPAIR.
    pub const UNPAIR: u8 = 0x13;
    /// OPEN SECURE CHANNEL.
    pub const OPEN_SECURE_CHANNEL: u8 = 0x10;
    /// MUTUALLY AUTHENTICATE.
    pub const MUTUALLY_AUTHENTICATE: u8 = 0x11;
    /// IDENTIFY CARD.
    pub const IDENTIFY_CARD: u8 = 0x14;
    /// GET STATUS.
    pub const GET_STATUS: u8 = 0xf2;
    /// SET NDEF, of 2.x only.
    pub const SET_NDEF: u8 = 0xf3;
    /// FACTORY RESET.
    pub const FACTORY_RESET: u8 = 0xfd;
    /// VERIFY PIN.
    pub const VERIFY_PIN: u8 = 0x20;
    /// CHANGE PIN.
    pub const CHANGE_PIN: u8 = 0x21;
    /// UNBLOCK PIN.
    pub const UNBLOCK_PIN: u8 = 0x22;
    /// LOAD KEY.
    pub const LOAD_KEY: u8 = 0xd0;
    /// DERIVE KEY.
    pub const DERIVE_KEY: u8 = 0xd1;
    /// GENERATE MNEMONIC.
    pub const GENERATE_MNEMONIC: u8 = 0xd2;
    /// REMOVE KEY.
    pub const REMOVE_KEY: u8 = 0xd3;
    /// GENERATE KEY.
    pub const GENERATE_KEY: u8 = 0xd4;
    /// SIGN.
    pub const SIGN: u8 = 0xc0;
    /// SET PINLESS PATH.
    pub const SET_PINLESS_PATH: u8 = 0xc1;
    /// EXPORT KEY.
    pub const EXPORT_KEY: u8 = 0xc2;
    /// UPDATE EXPORT POLICY, of ours.
    pub const UPDATE_EXPORT_POLICY: u8 = 0xc8;
    /// GET EXPORT POLICY, of ours.
    pub const GET_EXPORT_POLICY: u8 = 0xc9;
    /// GET DATA.
    pub const GET_DATA: u8 = 0xca;
    /// STORE DATA.
    pub const STORE_DATA: u8 = 0xe2;
}

/// The most plaintext bytes of a command in the channel.
pub const MAX_CHANNEL_DATA: usize = 223;
/// The most plaintext bytes of an answer of ours in the channel.
pub const MAX_CHANNEL_ANSWER: usize = 221;
/// The data bytes of an UPDATE EXPORT POLICY block.
pub const UPDATE_BLOCK: usize = 221;
/// The data bytes of a GET EXPORT POLICY block.
pub const READ_BLOCK: usize = 200;
/// The most bytes of public or Cash data.
pub const MAX_DATA: usize = 127;
/// The size of the NDEF file, its 2-byte length included.
pub const NDEF_FILE: usize = 512;
