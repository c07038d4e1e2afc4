// keycard-go, unmodified, against a card in a PC/SC reader: everything that its command sets offer for a
// 3.2 card. What comes back is compared with BIP-32 and BIP-39 of other Go packages (hdkeychain, go-bip39)
// and with go-ethereum's ECDSA. The card must be fresh. Each command's outcome goes as a JSON line to the
// file named by the first argument; the exit code is 0 if every outcome is as expected.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/btcsuite/btcd/btcutil/hdkeychain"
	"github.com/btcsuite/btcd/chaincfg"
	ethcrypto "github.com/ethereum/go-ethereum/crypto"
	keycard "github.com/status-im/keycard-go"
	"github.com/status-im/keycard-go/apdu"
	"github.com/status-im/keycard-go/identifiers"
	"github.com/status-im/keycard-go/io"
	"github.com/status-im/keycard-go/types"
	"github.com/tyler-smith/go-bip39"
)

const (
	pin      = "123456"
	puk      = "123456789012"
	password = "KeycardDefaultPairing"
	words    = "test test test test test test test test test test test junk"
	whisper  = "m/43'/60'/1581'/0'/0"
	database = "m/43'/60'/1581'/1'/0"
	wallet   = "m/44'/60'/0'/0/0"
)

var (
	results  *json.Encoder
	failures int
)

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == "github.com/status-im/keycard-go" {
			return "keycard-go " + dep.Version
		}
	}
	return "keycard-go"
}

func record(command, result, note string) {
	fmt.Println(strings.TrimSpace(command + ": " + result + " " + note))
	check(results.Encode(map[string]string{"client": version(), "command": command, "result": result, "note": note}))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// step runs a command; what it returns or panics with is a failure that the run survives.
func step(command string, action func() error) {
	var err error
	func() {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		err = action()
	}()
	if err != nil {
		failures++
		record(command, "FAILS", err.Error())
		return
	}
	record(command, "works", "")
}

// refused: the card must answer with this status word.
func refused(command string, sw uint16, action func() error) {
	err := action()
	var bad *apdu.ErrBadResponse
	if errors.As(err, &bad) && bad.Sw == sw {
		record(command, "refused", fmt.Sprintf("%04X", sw))
		return
	}
	failures++
	record(command, "FAILS", fmt.Sprintf("%v instead of %04X", err, sw))
}

func same(what string, got, expected interface{}) error {
	if fmt.Sprint(got) != fmt.Sprint(expected) {
		return fmt.Errorf("%s: %v instead of %v", what, got, expected)
	}
	return nil
}

func sameBytes(what string, got, expected []byte) error {
	if !bytes.Equal(got, expected) {
		return fmt.Errorf("%s: %x instead of %x", what, got, expected)
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// tree is what another BIP-32 says the card should answer.
type tree struct{ master *hdkeychain.ExtendedKey }

func newTree(seed []byte) tree {
	master, err := hdkeychain.NewMaster(seed, &chaincfg.MainNetParams)
	check(err)
	return tree{master}
}

func (t tree) node(path string) *hdkeychain.ExtendedKey {
	key := t.master
	for _, part := range strings.Split(path, "/")[1:] {
		n, err := strconv.ParseUint(strings.TrimSuffix(part, "'"), 10, 32)
		check(err)
		if strings.HasSuffix(part, "'") {
			n += hdkeychain.HardenedKeyStart
		}
		key, err = key.Derive(uint32(n))
		check(err)
	}
	return key
}

func (t tree) private(path string) []byte {
	key, err := t.node(path).ECPrivKey()
	check(err)
	return key.Serialize()
}

func (t tree) public(path string) []byte {
	key, err := t.node(path).ECPubKey()
	check(err)
	return key.SerializeUncompressed()
}

func checkSignature(s *types.Signature, err error, digest, public []byte) error {
	if err != nil {
		return err
	}
	half := append([]byte{0x7f}, bytes.Repeat([]byte{0xff}, 31)...)
	rs := append(leftPad(s.R()), leftPad(s.S())...)
	recovered, err := ethcrypto.Ecrecover(digest, append(append([]byte{}, rs...), s.V()))
	if err != nil {
		return err
	}
	if bytes.Compare(leftPad(s.S()), half) > 0 || !ethcrypto.VerifySignature(public, digest, rs) {
		return errors.New("go-ethereum doesn't accept the signature")
	}
	return first(sameBytes("public key", s.PubKey(), public), sameBytes("recovered key", recovered, public))
}

// signed asks for a signature until the client can read it: see shortSignature.
func signed(sign func() (*types.Signature, error), digest, public []byte) error {
	for i := 0; ; i++ {
		s, err := sign()
		if err == nil || i == 9 || err.Error() != "invalid signature length" {
			return checkSignature(s, err, digest, public)
		}
	}
}

// shortSignature shows, without a card, what the client does with a signature whose r has a leading zero
// byte, that is, 31 bytes in DER: it joins r and s without padding them.
func shortSignature() {
	key, err := ethcrypto.GenerateKey()
	check(err)
	for i := 0; ; i++ {
		digest := sha256.Sum256([]byte(strconv.Itoa(i)))
		s, err := ethcrypto.Sign(digest[:], key)
		check(err)
		if s[0] != 0 || s[1] < 1 || s[1] > 0x7f || s[32] == 0 || s[32] > 0x7f {
			continue
		}
		public := ethcrypto.FromECDSAPub(&key.PublicKey)
		der := append([]byte{0x30, 67, 2, 31}, s[1:32]...)
		der = append(append(der, 2, 32), s[32:64]...)
		body := append(append([]byte{0x80, 65}, public...), der...)
		_, err = types.ParseSignature(digest[:], append([]byte{0xA0, 0x81, byte(len(body))}, body...))
		if err != nil {
			record("a signature whose r or s is short (1 in 85)", "client's fault", "not read: "+err.Error())
		}
		return
	}
}

func leftPad(b []byte) []byte {
	return append(make([]byte, 32-len(b)), b...)
}

func must(data []byte, err error) []byte {
	check(err)
	return data
}

// identity is a certificate and key of our own by an issuer of our own, as the Ident applet takes them.
func identity() (data, issuer []byte) {
	issuerKey, err := ethcrypto.GenerateKey()
	check(err)
	key, err := ethcrypto.GenerateKey()
	check(err)
	compressed := ethcrypto.CompressPubkey(&key.PublicKey)
	digest := sha256.Sum256(compressed)
	signature, err := ethcrypto.Sign(digest[:], issuerKey)
	check(err)
	data = append(append(compressed, signature...), ethcrypto.FromECDSA(key)...)
	return data, ethcrypto.CompressPubkey((*ecdsa.PublicKey)(&issuerKey.PublicKey))
}

func main() {
	out, err := os.Create(os.Args[1])
	check(err)
	defer out.Close()
	results = json.NewEncoder(out)
	r, err := connect(10 * time.Second)
	check(err)
	run(r)
	r.close()
	if failures > 0 {
		os.Exit(1)
	}
}

func run(r *reader) {
	seed, err := bip39.NewSeedWithErrorChecking(words, "")
	check(err)
	master := newTree(seed)
	uid := sha256.Sum256(master.public("m"))
	channel := io.NewNormalChannel(r)
	cs := keycard.NewCommandSet(channel)
	raw := func(command ...byte) *apdu.Response {
		resp, err := apdu.ParseResponse(must(r.Transmit(command)))
		check(err)
		return resp
	}

	// Before INIT.
	step("Select, not initialised", func() error {
		return first(cs.Select(), same("initialised", cs.ApplicationInfo.Initialized, false))
	})
	data, issuer := identity()
	ident := []byte{0xA0, 0x00, 0x00, 0x08, 0x04, 0x00, 0x01, 0x04, 0x01}
	step("(an identity is put on the card)", func() error {
		return first(
			same("select of the Ident applet", raw(append([]byte{0, 0xA4, 4, 0, 9}, ident...)...).Sw, 0x9000),
			same("store data", raw(append([]byte{0x80, 0xE2, 0, 0, byte(len(data))}, data...)...).Sw, 0x9000))
	})
	check(cs.Select())
	step("Identify, before Init", func() error {
		key, err := cs.Identify()
		return first(err, sameBytes("issuer", key, issuer))
	})
	step("GenerateSecrets, Init", func() error {
		secrets, err := keycard.GenerateSecrets()
		return first(err, cs.Init(secrets))
	})
	step("FactoryReset", func() error {
		return first(cs.FactoryReset(), cs.Select(), same("initialised", cs.ApplicationInfo.Initialized, false))
	})
	step("Init", func() error { return cs.Init(keycard.NewSecrets(pin, puk, password)) })
	step("Select", func() error {
		return first(cs.Select(), same("initialised", cs.ApplicationInfo.Initialized, true),
			sameBytes("version", cs.ApplicationInfo.Version, []byte{3, 2}),
			sameBytes("free slots", cs.ApplicationInfo.AvailableSlots, []byte{10}),
			sameBytes("key UID", cs.ApplicationInfo.KeyUID, nil),
			same("capabilities", cs.ApplicationInfo.Capabilities, types.CapabilityAll),
			same("UID length", len(cs.ApplicationInfo.InstanceUID), 16))
	})

	// Pairing and the channel.
	step("Pair", func() error { return first(cs.Pair(password), same("slot", cs.PairingInfo.Index, 0)) })
	pairing := *cs.PairingInfo
	step("Pair, all slots", func() error {
		for i := 1; i < 10; i++ {
			if err := first(cs.Pair(password), same("slot", cs.PairingInfo.Index, i)); err != nil {
				return err
			}
		}
		// Full: a client that doesn't say what it wants gets the ephemeral slot.
		return first(cs.Pair(password), same("slot", cs.PairingInfo.Index, 255), cs.Select(),
			sameBytes("free slots", cs.ApplicationInfo.AvailableSlots, []byte{0}))
	})
	cs.SetPairingInfo(pairing.Key, pairing.Index)
	step("OpenSecureChannel", cs.OpenSecureChannel)
	reopen := func(code string) error {
		return first(cs.Select(), cs.OpenSecureChannel(), cs.VerifyPIN(code))
	}
	status := func(pins, puks int, key bool) error {
		s, err := cs.GetStatusApplication()
		return first(err, same("status", *s, types.ApplicationStatus{PinRetryCount: pins, PUKRetryCount: puks, KeyInitialized: key}))
	}
	path := func(expected string) error {
		s, err := cs.GetStatusKeyPath()
		return first(err, same("path", s.Path, expected))
	}
	step("GetStatusApplication", func() error { return status(3, 5, false) })
	step("VerifyPIN, wrong", func() error {
		var wrong *keycard.WrongPINError
		if err := cs.VerifyPIN("000000"); !errors.As(err, &wrong) || wrong.RemainingAttempts != 2 {
			return fmt.Errorf("%v", err)
		}
		return status(2, 5, false)
	})
	step("VerifyPIN", func() error { return cs.VerifyPIN(pin) })
	step("Unpair", func() error {
		for i := uint8(1); i < 10; i++ {
			if err := cs.Unpair(i); err != nil {
				return err
			}
		}
		return first(reopen(pin), sameBytes("free slots", cs.ApplicationInfo.AvailableSlots, []byte{9}))
	})

	// Keys.
	step("LoadSeed", func() error {
		got, err := cs.LoadSeed(seed)
		return first(err, sameBytes("key UID", got, uid[:]))
	})
	for _, key := range []struct{ name, path string }{{"whisper", whisper}, {"database", database}} {
		key := key
		step("ExportKey, "+key.name+", private", func() error {
			private, public, err := cs.ExportKey(true, false, false, key.path)
			return first(err, sameBytes("private key", private, master.private(key.path)),
				sameBytes("public key", public, master.public(key.path)))
		})
		step("ExportKey, "+key.name+", public", func() error {
			_, public, err := cs.ExportKey(true, false, true, key.path)
			return first(err, sameBytes("public key", public, master.public(key.path)))
		})
	}
	for _, key := range []struct{ name, path string }{
		{"wallet", wallet}, {"wallet account's chain", "m/44'/60'/0'/0"}, {"key type 2'", "m/43'/60'/1581'/2'/0"},
	} {
		key := key
		refused("ExportKey, "+key.name+", private", 0x6985, func() error {
			_, _, err := cs.ExportKey(true, false, false, key.path)
			return err
		})
	}
	step("ExportKeyExtended, wallet account's chain", func() error {
		chain := "m/44'/60'/0'/0"
		key, err := cs.ExportKeyExtended(true, false, keycard.P2ExportKeyExtendedPublic, chain)
		return first(err, sameBytes("public key", key.PubKey(), master.public(chain)),
			sameBytes("chain code", key.ChainCode(), master.node(chain).ChainCode()))
	})
	refused("ExportKeyExtended, below a boundary", 0x6985, func() error {
		_, err := cs.ExportKeyExtended(true, false, keycard.P2ExportKeyExtendedPublic, whisper)
		return err
	})
	// Paths here end in a component that isn't hardened: keycard-go's decoder silently drops a hardened last one.
	step("DeriveKey", func() error { return first(cs.DeriveKey(whisper), path(whisper)) })
	step("ExportKey, current, public", func() error {
		_, public, err := cs.ExportKey(false, false, true, "")
		return first(err, sameBytes("public key", public, master.public(whisper)))
	})
	step("DeriveKey, from the current key", func() error { return first(cs.DeriveKey("./7"), path(whisper+"/7")) })
	step("ExportKey, current, private", func() error {
		private, _, err := cs.ExportKey(false, false, false, "")
		return first(err, sameBytes("private key", private, master.private(whisper+"/7")))
	})
	step("DeriveKey, from the parent", func() error { return first(cs.DeriveKey("../3"), path(whisper+"/3")) })
	step("ExportKey, from the parent", func() error {
		private, _, err := cs.ExportKey(true, false, false, "../5")
		return first(err, sameBytes("private key", private, master.private(whisper+"/5")))
	})
	step("ExportKey, make current", func() error {
		_, public, err := cs.ExportKey(true, true, true, wallet)
		return first(err, sameBytes("public key", public, master.public(wallet)), path(wallet))
	})
	if check(cs.DeriveKey("m/44'/60'")); path("m/44'") == nil {
		record("DeriveKey, a path that ends in a hardened component", "client's fault",
			"its decoder drops that component: m/44'/60' arrives as m/44'")
	}
	check(cs.DeriveKey(wallet))

	// Signatures.
	digest := sha256.Sum256([]byte("keyfence"))
	step("Sign", func() error {
		return signed(func() (*types.Signature, error) { return cs.Sign(digest[:]) }, digest[:], master.public(wallet))
	})
	step("SignWithPath", func() error {
		return signed(func() (*types.Signature, error) { return cs.SignWithPath(digest[:], "m/84'/0'/0'/0/7") }, digest[:], master.public("m/84'/0'/0'/0/7"))
	})
	step("SignWithPath, 50 times", func() error {
		for i := byte(0); i < 50; i++ {
			d := sha256.Sum256([]byte{i})
			sign := func() (*types.Signature, error) { return cs.SignWithPath(append([]byte{}, d[:]...), wallet) }
			if err := signed(sign, d[:], master.public(wallet)); err != nil {
				return err
			}
		}
		return nil
	})
	shortSignature()
	refused("SignPinless, no path set", 0x6A88, func() error {
		check(cs.Select())
		_, err := cs.SignPinless(digest[:])
		return err
	})
	check(reopen(pin))
	step("SetPinlessPath", func() error { return cs.SetPinlessPath(wallet) })
	step("SignPinless, in clear", func() error {
		check(cs.Select())
		return signed(func() (*types.Signature, error) { return cs.SignPinless(digest[:]) }, digest[:], master.public(wallet))
	})
	check(reopen(pin))
	step("SetPinlessPath, unset", func() error { return cs.SetPinlessPath("") })

	// Data.
	for i, name := range []string{"public", "NDEF", "cash"} {
		typ, text := uint8(i), []byte("\x00\x0esome test data")
		step("StoreData, "+name, func() error { return cs.StoreData(typ, append([]byte{}, text...)) })
		step("GetData, "+name, func() error {
			got, err := cs.GetData(typ)
			return first(err, sameBytes("data", got, text))
		})
	}
	step("StoreData, metadata", func() error {
		metadata, err := types.NewMetadata("a card", []uint32{0, 1, 2, 5})
		check(err)
		check(cs.StoreData(keycard.P1StoreDataPublic, metadata.Serialize()))
		got, err := cs.GetData(keycard.P1StoreDataPublic)
		check(err)
		parsed, err := types.ParseMetadata(got)
		check(err)
		return first(same("name", parsed.Name(), "a card"), same("paths", parsed.Paths(), []uint32{0, 1, 2, 5}))
	})
	step("Identify, in the channel", func() error {
		key, err := cs.Identify()
		return first(err, sameBytes("issuer", key, issuer))
	})
	list := bip39.GetWordList()
	for bits := 4; bits <= 8; bits++ {
		bits := bits
		step(fmt.Sprintf("GenerateMnemonic, %d words", 3*bits), func() error {
			indexes, err := cs.GenerateMnemonic(bits)
			if err != nil || len(indexes) != 3*bits {
				return fmt.Errorf("%d words, %v", len(indexes), err)
			}
			var sentence []string
			for _, i := range indexes {
				sentence = append(sentence, list[i])
			}
			if !bip39.IsMnemonicValid(strings.Join(sentence, " ")) {
				return errors.New("checksum")
			}
			return nil
		})
	}
	step("GenerateKey", func() error {
		made, err := cs.GenerateKey()
		check(err)
		_, public, err := cs.ExportKey(true, false, true, "m")
		check(err)
		sum := sha256.Sum256(public)
		return first(sameBytes("key UID", made, sum[:]), reopen(pin), sameBytes("key UID", cs.ApplicationInfo.KeyUID, made))
	})
	step("RemoveKey", func() error { return first(cs.RemoveKey(), status(3, 5, false)) })
	other := make([]byte, 32)
	check1(rand.Read(other))
	step("LoadSeed, 32 bytes", func() error {
		got, err := cs.LoadSeed(append([]byte{}, other...))
		sum := sha256.Sum256(newTree(other).public("m"))
		return first(err, sameBytes("key UID", got, sum[:]))
	})

	// Secrets.
	step("ChangePIN", func() error { return first(cs.ChangePIN("222222"), reopen("222222")) })
	step("ChangePUK", func() error { return cs.ChangePUK("222222222222") })
	step("ChangePairingSecret", func() error {
		check(cs.ChangePairingSecret("another"))
		check(cs.Select())
		check(cs.Pair("another"))
		slot := uint8(cs.PairingInfo.Index)
		cs.SetPairingInfo(pairing.Key, pairing.Index)
		return first(reopen("222222"), cs.Unpair(slot))
	})
	step("VerifyPIN, until blocked", func() error {
		for left := 2; left >= 0; left-- {
			var wrong *keycard.WrongPINError
			if err := cs.VerifyPIN("000000"); !errors.As(err, &wrong) || wrong.RemainingAttempts != left {
				return fmt.Errorf("%v", err)
			}
		}
		return nil
	})
	step("UnblockPIN, wrong PUK", func() error {
		var wrong *keycard.WrongPUKError
		if err := cs.UnblockPIN("000000000000", "333333"); !errors.As(err, &wrong) || wrong.RemainingAttempts != 4 {
			return fmt.Errorf("%v", err)
		}
		return nil
	})
	step("UnblockPIN", func() error { return first(cs.UnblockPIN("222222222222", "333333"), reopen("333333")) })

	// The Cash applet.
	cash := keycard.NewCashCommandSet(channel)
	step("Cash: Select", func() error {
		return first(cash.Select(), sameBytes("version", cash.CashApplicationInfo.Version, []byte{3, 2}),
			sameBytes("data", cash.CashApplicationInfo.PublicData, []byte("\x00\x0esome test data")))
	})
	step("Cash: Sign", func() error {
		return signed(func() (*types.Signature, error) { return cash.Sign(digest[:]) }, digest[:], cash.CashApplicationInfo.PublicKey)
	})
	step("Select, after another applet", func() error { return reopen("333333") })
	step("KeycardInstanceAID", func() error {
		aid, err := identifiers.KeycardInstanceAID(1)
		return first(err, sameBytes("AID", aid, []byte{0xA0, 0, 0, 8, 4, 0, 1, 1, 1}))
	})
	step("Unpair, the slot in use", func() error { return cs.Unpair(uint8(pairing.Index)) })
	step("FactoryReset, in an open channel", func() error {
		return first(cs.FactoryReset(), cs.Select(), same("initialised", cs.ApplicationInfo.Initialized, false))
	})
}

func check1(_ int, err error) { check(err) }
