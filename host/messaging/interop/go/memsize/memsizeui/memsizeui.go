// Package memsizeui stands in for the debugging page of github.com/fjl/memsize.
package memsizeui

import "net/http"

// Handler has the methods that go-ethereum's internal/debug refers to.
type Handler struct{}

// Add ignores what it is given.
func (*Handler) Add(string, interface{}) {}

// ServeHTTP serves nothing.
func (*Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }
