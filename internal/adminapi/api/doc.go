// Package api is the Go side of openapi.yaml: the models of the admin API and
// a client for it, both generated. The server encodes these models, the command
// line decodes them, so that the document, the server and the client cannot
// drift apart.
//
// It holds no rules and nothing written by hand but this file and the name of
// its generator. Start with [ClientWithResponses].
//
//nolint:godoclint // the generator writes a line of its own
package api
