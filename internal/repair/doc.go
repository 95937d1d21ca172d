// Package repair lets an administrator see why a link is wrong and mend it:
// delete an account's SCIM records by its ID, unlink and hold, relink, restore
// a deleted record, adopt a local group; and it checks the invariants that
// every writer must keep.
//
// It may call provision and accounts, and never the other way round. Every
// method is one transaction with its entries in both logs. Start with
// [Service].
package repair
