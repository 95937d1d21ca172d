// Package accounts says what an administrator's write means: organizations,
// domains and who manages whom, directories, the profile, email and life of
// accounts, and the groups that applications see.
//
// It never touches a SCIM record or a link; repair does. Every method is one
// transaction with its entry in the audit log. Start with [Service].
package accounts
