// Package archtest keeps the code in the shape that ARCHITECTURE.md draws: its tests read every Go file of the module
// and fail where an import goes up or sideways, where a package is not on the map, lacks its doc.go, or reaches for
// SQL or HTTP outside its layer, and where a file has grown too long.
//
// It holds tests only and judges nothing that golangci-lint can judge. Start with the layers in layers_test.go: a new
// package gets its place there.
package archtest
