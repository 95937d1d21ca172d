// Package console is the web console at /console: HTTP in, HTML out. It decodes
// a form, calls one method of the services that the admin API calls too, and
// renders a template. It holds no rules, no SQL, and makes no HTTP call.
//
// Begin with [New]. routes.go says which page needs which scope; a page has a
// file here and a template of the same name, and is put together from the
// components of templates/components. Everything that a browser loads comes from
// assets, which are embedded: nothing is built and nothing is fetched from
// elsewhere.
//
// Whatever an identity provider pushed is text: it reaches a page through
// html/template alone, never as template.HTML.
package console
