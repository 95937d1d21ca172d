package console

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"roster/internal/auth"
	"roster/internal/console/picture"
	"roster/internal/identity"
)

// templates are the pages, each parsed together with the layout and all
// components. Inside a page's templates the dot is the page's own view.
type templates struct{ pages map[string]*template.Template }

// loadTemplates parses the embedded templates. That cannot fail but by a mistake
// in the program, which every test would find.
func loadTemplates(a *assets) *templates {
	t := &templates{pages: map[string]*template.Template{}}
	shared := template.Must(template.New("").Funcs(functions(a)).ParseFS(embedded, "templates/layout/*.html", "templates/components/*.html"))
	template.Must(shared.ParseFS(picture.Templates, "picture.html"))
	files, err := fs.Glob(embedded, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is valid
	}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		t.pages[name] = template.Must(template.Must(shared.Clone()).ParseFS(embedded, file))
	}
	return t
}

// frame is what the layout shows around a page.
type frame struct {
	Path       string
	Here       string // path and query, to come back to
	Theme      string
	Themes     []string
	IsSignedIn bool
	Session    auth.Session
	OrgName    string
	Nav        []navItem
	Flash      *flash
	View       any
}

// page answers 200 with a page, or, where htmx asks for one of its parts, with
// the template that is named like the part's id.
func (h *Handler) page(c *call, name string, view any) error {
	return h.pageWith(c, http.StatusOK, name, view)
}

// pageWith is page with another status, such as 400 for a form to be corrected.
func (h *Handler) pageWith(c *call, status int, name string, view any) error {
	t := h.pages.pages[name]
	if t == nil {
		return fmt.Errorf("there is no page template %s", name)
	}
	if part := c.wantsPart(); part != "" && t.Lookup(part) != nil {
		c.w.Header().Set("Hx-Replace-Url", canonical(c.Request))
		return write(c.w, status, t, part, view)
	}
	f, err := h.frame(c, view)
	if err != nil {
		return err
	}
	return write(c.w, status, t, "layout", f)
}

// part answers with one template of a page, for a path that htmx alone asks for.
func (h *Handler) part(c *call, name, part string, view any) error {
	return write(c.w, http.StatusOK, h.pages.pages[name], part, view)
}

func (h *Handler) frame(c *call, view any) (frame, error) {
	f := frame{
		Path: c.URL.Path, Here: c.URL.RequestURI(), Theme: c.theme(), Themes: themes,
		IsSignedIn: c.isSignedIn, Session: c.session, Nav: h.nav, Flash: h.takeFlash(c), View: view,
	}
	if !c.isSignedIn {
		return f, nil
	}
	org, err := h.Accounts.Org(c.Context(), c.org)
	f.OrgName = org.Name
	return f, err
}

// write renders into memory first: a template that fails must not leave half a
// page.
func write(w http.ResponseWriter, status int, t *template.Template, name string, data any) error {
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, name, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
	return nil
}

// showProblem answers with an error: as a page, or to htmx as an alert above the
// page that stays as it is.
func (h *Handler) showProblem(c *call, p problem) {
	if err := h.writeProblem(c, p); err != nil {
		h.Logger.ErrorContext(c.Context(), "error page failed", "requestId", c.requestID(), "error", err)
		http.Error(c.w, p.Message, p.Status)
	}
}

func (h *Handler) writeProblem(c *call, p problem) error {
	t := h.pages.pages["problem"]
	if c.Header.Get("Hx-Request") != "" {
		c.w.Header().Set("Hx-Retarget", "#notices")
		c.w.Header().Set("Hx-Reswap", "innerHTML")
		return write(c.w, p.Status, t, "problem-alert", p)
	}
	f, err := h.frame(c, p)
	if err != nil { // the page goes without what the database would say
		f = frame{Theme: c.theme(), Themes: themes, Here: base + "/", View: p}
	}
	return write(c.w, p.Status, t, "layout", f)
}

// canonical is the URL of a page without parameters that say nothing.
func canonical(r *http.Request) string {
	q := r.URL.Query()
	for name, values := range q {
		if len(values) == 0 || values[0] == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return r.URL.EscapedPath()
	}
	return r.URL.EscapedPath() + "?" + q.Encode()
}

// partOf gives the id in the name that htmx has for an element, such as
// div#results.
func partOf(element string) string {
	_, id, _ := strings.Cut(element, "#")
	return id
}

// lacks gives the reason why the session may not do what needs a scope, "" where
// it may; the routes refuse it all the same.
func (c *call) lacks(scope identity.Scope) string {
	if c.session.Allows(scope) {
		return ""
	}
	return "Needs the role " + string(leastRole(scope))
}
