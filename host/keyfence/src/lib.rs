//! The Keyfence library: transport, secure channel, typed commands and export policy of a Keycard-compatible hardware wallet.
