// Package picture draws links: the records of identity providers on one side,
// accounts on the other, and on each line between them the address by which
// they were linked, before and after a repair.
//
// It knows no storage and no HTTP. [Draw] compares two scenes and gives every
// node its place; the templates of [Templates] write that as SVG without
// styles or scripts of its own, so that colours are the style sheet's. Start
// with [Scene].
package picture
