package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// mountHealth adds what operators and load balancers ask: /healthz tells that
// the process lives, /readyz that it can serve.
func (s *server) mountHealth(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok", "version": s.Version})
	})
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /{$}", s.greetClient)
}

// greetClient leads people to the console and tells programs what this is.
func (s *server) greetClient(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, "/console/", http.StatusSeeOther)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"name": "Roster", "version": s.Version, "api": "/openapi.json"})
}

// servePanic answers 500 where no API family does.
func servePanic(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusInternalServerError, map[string]string{"status": "internal error", "requestId": w.Header().Get(requestIDHeader)})
}

func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := s.store.Ping(ctx); err != nil {
		s.Log.Error("not ready", "cause", err)
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "the database does not answer"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready", "database": s.store.Engine()})
}

func writeJSON(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // fails only when the client is gone
}
