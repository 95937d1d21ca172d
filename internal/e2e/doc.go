// Package e2e holds the tests that run the real binary as people do: both
// repairs, the demo's contract, kill -9, public clients, public SCIM suites,
// the command line and the cookbook. It has no code of its own.
package e2e
