// Package memsize stands in for github.com/fjl/memsize, which doesn't link with today's Go. go-ethereum only uses it
// for a debugging page that this program never serves.
package memsize
