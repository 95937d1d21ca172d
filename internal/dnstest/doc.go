// Package dnstest gives tests a real DNS server on loopback, whose records they
// change as an administrator of a zone would. Start with [Serve].
package dnstest
