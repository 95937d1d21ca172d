package picture

import "embed"

// Templates holds picture.html, which defines the template "picture" of a
// [Drawing] for each size, []Drawing. All text passes html/template's escaping.
//
//go:embed picture.html
var Templates embed.FS
