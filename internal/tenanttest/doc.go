// Package tenanttest gives the tests of the rules a whole deployment on either
// engine: the real store with the real services on it, organizations with
// their domains and directories, and what an identity provider and an
// administrator would say to them in a few words.
//
// It asserts nothing about the rules themselves. Start with [ForEachEngine].
package tenanttest
