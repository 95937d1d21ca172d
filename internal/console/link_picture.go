package console

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"roster/internal/console/picture"
	"roster/internal/identity"
	"roster/internal/repair"
)

// links draws who is linked to whom, before and, where it is known, after a
// repair: template "picture".
func (h *Handler) links(c *call, before repair.State, after *repair.State) ([]picture.Drawing, error) {
	s := scenery{h: h, ctx: c.Context(), org: c.org, facts: map[identity.AccountID][]string{}, directories: map[string]string{}}
	subject := picture.Subject{Before: s.scene(before), Directories: s.directories}
	if after != nil {
		scene := s.scene(*after)
		subject.After = &scene
	}
	drawings := make([]picture.Drawing, len(picture.Sizes))
	for i, size := range picture.Sizes {
		drawings[i] = picture.Draw(subject, size)
	}
	return drawings, s.err
}

// scenery looks up what a state does not say of its people, each of them once.
type scenery struct {
	h           *Handler
	ctx         context.Context //nolint:containedctx // lives within links
	org         identity.OrgID
	facts       map[identity.AccountID][]string
	directories map[string]string
	err         error
}

func (s *scenery) scene(state repair.State) (scene picture.Scene) {
	groups := map[identity.AccountID]int{}
	for _, r := range state.Records {
		groups[r.AccountID] += len(r.Groups)
		s.addDirectory(r.DirectoryID)
		scene.Records = append(scene.Records, picture.Record{
			ID: string(r.SCIMUserID), Directory: string(r.DirectoryID), Name: personName(r), Email: r.Email,
			Account: string(r.AccountID), Deleted: r.Deleted, Held: len(r.HeldApart) > 0 && r.AccountID == "", Groups: len(r.Groups),
		})
	}
	for _, a := range state.Accounts {
		facts := s.factsOf(a.ID)
		if n := groups[a.ID]; n > 0 {
			facts = append(slices.Clip(facts), count(n, "group", "groups"))
		}
		scene.Accounts = append(scene.Accounts, picture.Account{
			ID: string(a.ID), Name: nameOr(a.Name), Email: a.Email, Status: string(a.Status),
			Active: a.Status == identity.AccountActive, Facts: facts,
		})
	}
	return scene
}

func nameOr(name string) string {
	if strings.TrimSpace(name) == "" {
		return "Without a name"
	}
	return name
}

func (s *scenery) addDirectory(id identity.DirectoryID) {
	if _, known := s.directories[string(id)]; known || s.err != nil {
		return
	}
	d, err := s.h.Accounts.Directory(s.ctx, s.org, id)
	if err != nil && !isUnknown(err) {
		s.err = err
	}
	s.directories[string(id)] = nameOr(d.Name)
}

// factsOf says what tells the account with the history from the other; nothing
// of one that the org does not know.
func (s *scenery) factsOf(id identity.AccountID) []string {
	if facts, known := s.facts[id]; known || s.err != nil {
		return facts
	}
	found, err := s.h.Accounts.Find(s.ctx, s.org, id)
	switch {
	case isUnknown(err):
		return nil
	case err != nil:
		s.err = err
		return nil
	}
	facts := []string{originWords[found.Origin] + " " + found.CreatedAt.Format("2006")}
	if len(found.Activity) > 0 {
		facts = append(facts, "used "+ago(found.Activity[0].At, time.Now()))
	}
	s.facts[id] = facts
	return facts
}

// originWords are short, as they stand in a picture before a year.
var originWords = map[identity.Origin]string{
	identity.OriginInvited: "invited", identity.OriginCreatedByAdmin: "created", identity.OriginSelfSignup: "signed up",
	identity.OriginSCIM: "provisioned", identity.OriginImported: "imported",
}

func isUnknown(err error) bool {
	code := identity.CodeOf(err)
	return err != nil && (code == identity.CodeNotFound || code == identity.CodeForbidden)
}

// personName is what the identity provider calls a person.
func personName(r repair.RecordState) string {
	var person struct {
		DisplayName string `json:"displayName"`
		Name        struct {
			Formatted  string `json:"formatted"`
			GivenName  string `json:"givenName"`
			FamilyName string `json:"familyName"`
		} `json:"name"`
	}
	// A document that has something else there goes by its userName.
	_ = json.Unmarshal(r.Doc, &person)
	for _, name := range []string{person.DisplayName, person.Name.Formatted, person.Name.GivenName + " " + person.Name.FamilyName} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return r.UserName
}
