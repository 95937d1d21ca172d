// Package scim is the SCIM 2.0 protocol as pure functions: schemas, JSON values, the filter and path grammars,
// PATCH, canonical documents, rendering, paging parameters and discovery documents of RFC 7643, RFC 7644 and RFC
// 9865.
//
// It never does I/O, never speaks HTTP (statuses are plain numbers) and knows nothing of directories, accounts or
// links: it turns what an identity provider sent into one canonical document, and a stored document into an answer.
// What real clients do beyond the letter of the RFCs is accepted through the named switches of [Habits].
//
// Start with [ResourceType]: its methods carry a request body to a document (Canonical, Patch), a filter to bound
// nodes that can be matched or translated to SQL (Bind), and a document to an answer (Append). Everything here is
// immutable once made and safe for concurrent use.
package scim
