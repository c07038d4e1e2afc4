// Command interop seals and opens Whisper v6 envelopes with go-ethereum's own package, for Keyfence's tests and bench.
//
//	interop serve             one JSON request a line on standard input, one JSON answer a line on standard output
//	interop bench FILE        times sealing and opening of the cases in FILE, as told on standard input
//
// Requests (byte strings in hexadecimal digits):
//
//	{"op":"seal","payload":…,"topic":…,"to":65-byte key | "key":32 bytes,"from":32 bytes,"ttl":n,"pow":x}
//	{"op":"open","envelope":RLP,"private":32 bytes | "key":32 bytes}     RLP, decryption and ValidateAndParse
//	{"op":"receive","envelope":RLP,"minpow":x,"max":n}                   what a node does on receiving: Whisper.Send
//	{"op":"info","password":…}                                           key of a password
//
// Answers: {"ok":true,…} or {"ok":false,"error":…}; where the package itself panics, "error" begins with "panic".
package main

import (
	"bufio"
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/rlp"
	whisper "github.com/ethereum/go-ethereum/whisper/whisperv6"
)

type request struct {
	Op       string  `json:"op"`
	Payload  string  `json:"payload"`
	Topic    string  `json:"topic"`
	To       string  `json:"to"`
	Key      string  `json:"key"`
	From     string  `json:"from"`
	Private  string  `json:"private"`
	TTL      uint32  `json:"ttl"`
	PoW      float64 `json:"pow"`
	Envelope string  `json:"envelope"`
	MinPoW   float64 `json:"minpow"`
	Max      uint32  `json:"max"`
	Password string  `json:"password"`
}

type answer struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error,omitempty"`
	Envelope string `json:"envelope,omitempty"`
	Payload  string `json:"payload"`
	Padding  int    `json:"padding"`
	Signer   string `json:"signer,omitempty"`
	PoW      string `json:"pow,omitempty"` // the float64's bits, in hexadecimal digits
	Hash     string `json:"hash,omitempty"`
	Key      string `json:"key,omitempty"`
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("request: " + err.Error())
	}
	return b
}

func bits(x float64) string { return strconv.FormatUint(math.Float64bits(x), 16) }

func params(r *request) (*whisper.MessageParams, error) {
	p := &whisper.MessageParams{
		TTL: r.TTL, PoW: r.PoW, WorkTime: 60, Payload: unhex(r.Payload), Topic: whisper.BytesToTopic(unhex(r.Topic)),
	}
	var err error
	if r.From != "" {
		if p.Src, err = crypto.ToECDSA(unhex(r.From)); err != nil {
			return nil, err
		}
	}
	if r.To != "" {
		p.Dst, err = crypto.UnmarshalPubkey(unhex(r.To))
	} else {
		p.KeySym = unhex(r.Key)
	}
	return p, err
}

func seal(p *whisper.MessageParams) (*whisper.Envelope, error) {
	message, err := whisper.NewSentMessage(p)
	if err != nil {
		return nil, err
	}
	return message.Wrap(p)
}

// open decodes and opens an envelope as a node's filter does.
func open(raw []byte, private *ecdsa.PrivateKey, key []byte) (*whisper.ReceivedMessage, error) {
	var envelope whisper.Envelope
	if err := rlp.DecodeBytes(raw, &envelope); err != nil {
		return nil, err
	}
	message := envelope.Open(&whisper.Filter{KeyAsym: private, KeySym: key})
	if message == nil {
		return nil, fmt.Errorf("not opened")
	}
	return message, nil
}

func handle(r *request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{Error: fmt.Sprintf("panic: %v", p)}
		}
	}()
	switch r.Op {
	case "seal":
		p, err := params(r)
		if err != nil {
			return answer{Error: err.Error()}
		}
		envelope, err := seal(p)
		if err != nil {
			return answer{Error: err.Error()}
		}
		raw, err := rlp.EncodeToBytes(envelope)
		if err != nil {
			return answer{Error: err.Error()}
		}
		return answer{OK: true, Envelope: hex.EncodeToString(raw), PoW: bits(envelope.PoW()), Hash: envelope.Hash().Hex()[2:]}
	case "open":
		var private *ecdsa.PrivateKey
		var key []byte
		if r.Private != "" {
			private = crypto.ToECDSAUnsafe(unhex(r.Private))
		} else {
			key = unhex(r.Key)
		}
		message, err := open(unhex(r.Envelope), private, key)
		if err != nil {
			return answer{Error: err.Error()}
		}
		a = answer{
			OK: true, Payload: hex.EncodeToString(message.Payload), Padding: len(message.Padding),
			PoW: bits(message.PoW), Hash: message.EnvelopeHash.Hex()[2:],
		}
		if message.Src != nil {
			a.Signer = hex.EncodeToString(crypto.FromECDSAPub(message.Src))
		}
		return a
	case "receive":
		var envelope whisper.Envelope
		if err := rlp.DecodeBytes(unhex(r.Envelope), &envelope); err != nil {
			return answer{Error: err.Error()}
		}
		node := whisper.StandaloneWhisperService(&whisper.Config{MaxMessageSize: r.Max, MinimumAcceptedPOW: r.MinPoW})
		if err := node.Send(&envelope); err != nil {
			return answer{Error: err.Error()}
		}
		return answer{OK: true, PoW: bits(envelope.PoW()), Hash: envelope.Hash().Hex()[2:]}
	case "info":
		node := whisper.StandaloneWhisperService(nil)
		id, err := node.AddSymKeyFromPassword(r.Password)
		if err != nil {
			return answer{Error: err.Error()}
		}
		key, err := node.GetSymKey(id)
		if err != nil {
			return answer{Error: err.Error()}
		}
		return answer{OK: true, Key: hex.EncodeToString(key)}
	}
	return answer{Error: "unknown op"}
}

func serve() error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return nil
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		if err := out.Encode(handle(&r)); err != nil {
			return err
		}
	}
}

// benchCase is one kind of envelope: how to seal it, and sealed ones to open.
type benchCase struct {
	Name      string   `json:"name"`
	Payload   string   `json:"payload"`
	To        string   `json:"to"`
	Private   string   `json:"private"`
	Key       string   `json:"key"`
	From      string   `json:"from"`
	Envelopes []string `json:"envelopes"`
}

// cpu is the processor time that this process has used, its garbage collector's included.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// rate calls f until the time is over, and returns calls per second of processor time.
func rate(limit time.Duration, f func(i int)) float64 {
	start, used, n := time.Now(), cpu(), 0
	for time.Since(start) < limit {
		f(n)
		n++
	}
	return float64(n) / (cpu() - used).Seconds()
}

// bench reads lines "CASE open|seal MILLISECONDS" and answers each with a rate, so that two programs can take turns.
func bench(file string) error {
	runtime.GOMAXPROCS(1)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var cases []benchCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return err
	}
	for {
		var number, milliseconds int
		var what string
		if _, err := fmt.Scanln(&number, &what, &milliseconds); err != nil {
			return nil
		}
		c := cases[number]
		limit := time.Duration(milliseconds) * time.Millisecond
		var failed error
		var result float64
		if what == "seal" {
			p, err := params(&request{Payload: c.Payload, Topic: "01020304", To: c.To, Key: c.Key, From: c.From, TTL: 50})
			if err != nil {
				return err
			}
			result = rate(limit, func(int) {
				envelope, err := seal(p)
				if err == nil {
					_, err = rlp.EncodeToBytes(envelope)
				}
				if err != nil {
					failed = err
				}
			})
		} else {
			var private *ecdsa.PrivateKey
			var key []byte
			if c.Private != "" {
				private, err = crypto.ToECDSA(unhex(c.Private))
			} else {
				key = unhex(c.Key)
			}
			if err != nil {
				return err
			}
			var raw [][]byte
			for _, e := range c.Envelopes {
				raw = append(raw, unhex(e))
			}
			result = rate(limit, func(i int) {
				if _, err := open(raw[i%len(raw)], private, key); err != nil {
					failed = err
				}
			})
		}
		if failed != nil {
			return failed
		}
		fmt.Println(result)
	}
}

func main() {
	log.Root().SetHandler(log.DiscardHandler())
	err := fmt.Errorf("usage: interop serve | interop bench FILE")
	switch {
	case len(os.Args) == 2 && os.Args[1] == "serve":
		err = serve()
	case len(os.Args) == 3 && os.Args[1] == "bench":
		err = bench(os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1)
	}
}
