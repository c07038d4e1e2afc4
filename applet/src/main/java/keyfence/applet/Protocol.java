// The protocol's numbers, in one place: instructions, status words, tags, sizes.
package keyfence.applet;

/** Constants of the Keycard 3.2 protocol and of this applet's extensions. */
interface Protocol {
  byte CLA_ISO = (byte) 0x00;
  byte CLA_KEYCARD = (byte) 0x80;
  byte CLA_SECURE = (byte) 0x84;

  byte INS_OPEN_SECURE_CHANNEL = (byte) 0x10;
  byte INS_MUTUALLY_AUTHENTICATE = (byte) 0x11;
  byte INS_PAIR = (byte) 0x12;
  byte INS_UNPAIR = (byte) 0x13;
  byte INS_IDENTIFY_CARD = (byte) 0x14;
  byte INS_VERIFY_PIN = (byte) 0x20;
  byte INS_CHANGE_PIN = (byte) 0x21;
  byte INS_UNBLOCK_PIN = (byte) 0x22;
  byte INS_SIGN = (byte) 0xC0;
  byte INS_SET_PINLESS_PATH = (byte) 0xC1;
  byte INS_EXPORT_KEY = (byte) 0xC2;
  byte INS_UPDATE_EXPORT_POLICY = (byte) 0xC8;
  byte INS_GET_EXPORT_POLICY = (byte) 0xC9;
  byte INS_GET_DATA = (byte) 0xCA;
  byte INS_LOAD_KEY = (byte) 0xD0;
  byte INS_DERIVE_KEY = (byte) 0xD1;
  byte INS_GENERATE_MNEMONIC = (byte) 0xD2;
  byte INS_REMOVE_KEY = (byte) 0xD3;
  byte INS_GENERATE_KEY = (byte) 0xD4;
  byte INS_STORE_DATA = (byte) 0xE2;
  byte INS_GET_STATUS = (byte) 0xF2;
  byte INS_FACTORY_RESET = (byte) 0xFD;
  byte INS_INIT = (byte) 0xFE;

  short SW_TRIES_LEFT = (short) 0x63C0;
  short SW_SECURITY = (short) 0x6982;
  short SW_INVALID_CHILD = (short) 0x6984;
  short SW_CONDITIONS = (short) 0x6985;
  short SW_WRONG_DATA = (short) 0x6A80;
  short SW_FILE_NOT_FOUND = (short) 0x6A82;
  short SW_FULL = (short) 0x6A84;
  short SW_WRONG_P1P2 = (short) 0x6A86;
  short SW_NOT_FOUND = (short) 0x6A88;
  short SW_WRONG_SOURCE = (short) 0x6B00;
  short SW_UNKNOWN_INS = (short) 0x6D00;
  short SW_UNKNOWN_CLA = (short) 0x6E00;
  short SW_INTERNAL = (short) 0x6F00;

  byte TAG_PUBLIC_KEY = (byte) 0x80;
  byte TAG_PRIVATE_KEY = (byte) 0x81;
  byte TAG_CHAIN_CODE = (byte) 0x82;
  byte TAG_CERTIFICATE = (byte) 0x8A;
  byte TAG_CAPABILITIES = (byte) 0x8D;
  byte TAG_KEY_UID = (byte) 0x8E;
  byte TAG_INSTANCE_UID = (byte) 0x8F;
  byte TAG_SIGNATURE_TEMPLATE = (byte) 0xA0;
  byte TAG_KEY_TEMPLATE = (byte) 0xA1;
  byte TAG_STATUS_TEMPLATE = (byte) 0xA3;
  byte TAG_APPLICATION_TEMPLATE = (byte) 0xA4;
  byte TAG_BOOLEAN = (byte) 0x01;
  byte TAG_INTEGER = (byte) 0x02;
  byte LENGTH_ONE_MORE = (byte) 0x81;

  byte VERSION_MAJOR = (byte) 0x03;
  byte VERSION_MINOR = (byte) 0x02;

  /** Secure channel, key management, credentials, NDEF, factory reset. */
  byte CAPABILITIES = (byte) 0x1F;

  /** Where a command's plaintext starts in the APDU buffer, decrypted or sent in clear. */
  short COMMAND = 5;

  /** Where every handler writes its answer: the channel puts the MAC (16 bytes) before it. */
  short ANSWER = 21;

  /** Longest plaintext answer, without the status word. */
  short MAX_ANSWER = 221;

  short UID_LENGTH = 16;
  short SECRET_LENGTH = 32;
  short POINT_LENGTH = 65;
  short MAX_PATH = 40;
}
