package replay

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// keepBook notes what a request made or removed. What a POST made is found by
// the id in its answer, whatever else is wrong with that.
func (p *play) keepBook(req *http.Request, a answer) {
	path := strings.TrimPrefix(req.URL.Path, basePath(p.vars.values["base"]))
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case req.Method == http.MethodPost && a.status == http.StatusCreated:
		if id := idIn(a.body); id != "" {
			p.created[strings.TrimRight(path, "/")+"/"+id] = true
		}
	case req.Method == http.MethodDelete && a.status < 300:
		delete(p.created, path)
	}
}

func basePath(base string) string {
	_, rest, _ := strings.Cut(base, "://")
	_, path, found := strings.Cut(rest, "/")
	if !found {
		return ""
	}
	return "/" + path
}

// cleanUp removes what the scenario made and left: groups first, then users.
func (p *play) cleanUp(ctx context.Context) error {
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(p.created)) {
		_, err := p.ask(ctx, http.MethodDelete, path, "", http.StatusNoContent, http.StatusOK, http.StatusNotFound)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
