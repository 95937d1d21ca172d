package adminapi

import (
	_ "embed"
	"net/http"
)

// document is openapi.yaml as JSON.
//
//go:embed openapi.json
var document []byte

// serveDocument needs no key: the document is public.
func serveDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Write(document)
}
