// Package auth knows the three kinds of secret, which are never
// interchangeable: a SCIM token opens one directory's SCIM endpoints, an
// organization API key opens the admin, repair and user-management APIs of one
// org, and the site key creates orgs. Secrets are shown once; only their
// SHA-256 is kept.
//
// It decides who a bearer is, never what an account or a record may become.
// Start with [Keys].
package auth
