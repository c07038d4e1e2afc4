package main

// A PC/SC reader as keycard-go's Transmitter: what there is of libpcsclite that this program needs.

/*
#cgo pkg-config: libpcsclite
#include <stdlib.h>
#include <winscard.h>

static LONG transmit(SCARDHANDLE card, DWORD protocol, const unsigned char *in, DWORD inLen,
                     unsigned char *out, DWORD *outLen) {
	return SCardTransmit(card, protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1,
	                     in, inLen, NULL, out, outLen);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unsafe"
)

type reader struct {
	context  C.SCARDCONTEXT
	card     C.SCARDHANDLE
	protocol C.DWORD
}

func pcsc(what string, code C.LONG) error {
	if code == C.SCARD_S_SUCCESS {
		return nil
	}
	return fmt.Errorf("%s: %s", what, C.GoString(C.pcsc_stringify_error(code)))
}

// connect opens the card in the first reader that has one, waiting for it to show.
func connect(limit time.Duration) (*reader, error) {
	r := &reader{}
	if err := pcsc("SCardEstablishContext", C.SCardEstablishContext(C.SCARD_SCOPE_SYSTEM, nil, nil, &r.context)); err != nil {
		return nil, err
	}
	err := errors.New("no reader")
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		var names []string
		if names, err = r.readers(); err != nil {
			continue
		}
		for _, name := range names {
			cName := C.CString(name)
			err = pcsc("SCardConnect", C.SCardConnect(r.context, cName, C.SCARD_SHARE_SHARED,
				C.SCARD_PROTOCOL_T0|C.SCARD_PROTOCOL_T1, &r.card, &r.protocol))
			C.free(unsafe.Pointer(cName))
			if err == nil {
				return r, nil
			}
		}
	}
	return nil, err
}

func (r *reader) readers() ([]string, error) {
	var size C.DWORD
	if err := pcsc("SCardListReaders", C.SCardListReaders(r.context, nil, nil, &size)); err != nil {
		return nil, err
	}
	buffer := make([]byte, size)
	err := pcsc("SCardListReaders", C.SCardListReaders(r.context, nil, (*C.char)(unsafe.Pointer(&buffer[0])), &size))
	return strings.FieldsFunc(string(buffer), func(c rune) bool { return c == 0 }), err
}

// Transmit sends an APDU and returns the answer with its status word.
func (r *reader) Transmit(command []byte) ([]byte, error) {
	answer := make([]byte, C.MAX_BUFFER_SIZE)
	size := C.DWORD(len(answer))
	err := pcsc("SCardTransmit", C.transmit(r.card, r.protocol, (*C.uchar)(&command[0]), C.DWORD(len(command)),
		(*C.uchar)(&answer[0]), &size))
	if err != nil {
		return nil, err
	}
	return answer[:size], nil
}

func (r *reader) close() {
	C.SCardDisconnect(r.card, C.SCARD_RESET_CARD)
	C.SCardReleaseContext(r.context)
}
