package console

import (
	"testing"

	"roster/internal/repair"
)

// TestKindsHaveWords holds the console to what diagnosis finds.
func TestKindsHaveWords(t *testing.T) {
	t.Parallel()
	for _, kind := range repair.Kinds {
		if words := kinds[kind]; words.name == "" || words.about == "" || words.tone == "" {
			t.Errorf("the console has no words for findings of kind %s", kind)
		}
	}
}

func TestGuide(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, where string
		menu              int
		rest              string
	}{
		{"with a menu", "in Okta: Dashboard > Tasks, select the failed update", "Okta", 2, "Select the failed update."},
		{"without", "in the identity provider: push ada@new.example again", "the identity provider", 0, "Push ada@new.example again."},
		{"no place", "wait for the push", "", 0, "Wait for the push."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			where, menu, rest := guide(tt.text)
			if where != tt.where || len(menu) != tt.menu || rest != tt.rest {
				t.Errorf("%q, %q, %q", where, menu, rest)
			}
		})
	}
}
