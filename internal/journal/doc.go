// Package journal holds the two logs: the troubleshooting log (what the
// directories did and why it failed, for administrators) and the audit log
// (what administrators and repairs did).
//
// The texts that administrators search for, and that runbooks quote, are
// functions in catalogue.go and nowhere else. Entries are appended in the
// transaction of what they describe, so neither exists without the other
// (rule all-or-nothing).
//
// Start with [Append] and [Reader].
package journal
