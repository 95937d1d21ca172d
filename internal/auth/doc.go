// Package auth knows who somebody is and what that opens.
//
// Three kinds of secret are for programs, and never interchangeable: a SCIM
// token opens one directory's SCIM endpoints, an organization API key opens the
// admin, repair and user-management APIs of one org, and the site key creates
// orgs. People sign in to the console of one org, by a one-time link or through
// an identity provider, and have a session then. Secrets are shown once; only
// their SHA-256 is kept.
//
// It decides who a bearer is, never what an account or a record may become.
// Start with [Keys] for programs and [Sessions] for people.
package auth
