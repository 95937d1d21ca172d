package server

import (
	"context"

	"roster/internal/auth"
	"roster/internal/store"
)

// greet tells people where the server is and what to do first, once it serves.
func (s *server) greet(ctx context.Context) error {
	site, err := s.siteKey(ctx)
	if err != nil {
		return err
	}
	if s.demo != nil {
		return s.demo.start(ctx, s, site.Secret)
	}
	s.Out("Roster %s serves on %s (%s).\n", s.Version, s.baseURL, s.describeStore())
	if site.Secret == "" {
		return nil
	}
	s.Out("\nThe site key creates organizations. It is shown this once:\n\n  %s\n\nNext:\n\n  export ROSTER_URL=%s ROSTER_KEY=%s\n  roster org create \"My Company\"\n  roster key create admin\n\nShould it get lost: roster serve --new-site-key\n", site.Secret, s.baseURL, site.Secret)
	return nil
}

func (s *server) siteKey(ctx context.Context) (auth.Issued, error) {
	if s.NewSiteKey {
		return s.keys.ReplaceSiteKey(ctx)
	}
	return s.keys.EnsureSiteKey(ctx)
}

func (s *server) describeStore() string {
	if store.IsPostgres(s.dsn()) {
		return "PostgreSQL"
	}
	return "SQLite in " + s.dsn()
}
