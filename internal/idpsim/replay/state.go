package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ownHeaders dress the requests that are the runner's and not the client's.
var ownHeaders = []Header{
	{"Accept", "application/scim+json"},
	{"Content-Type", "application/scim+json"},
	{"User-Agent", "roster-replay"},
}

// ask makes a request of the runner's own.
func (p *play) ask(ctx context.Context, method, path, body string, statuses ...int) (answer, error) {
	r := Request{Method: method, Target: path, Headers: ownHeaders, Body: body, HasBody: body != "", Statuses: statuses}
	a, err := p.send(ctx, r)
	if err != nil {
		return a, err
	}
	return a, r.judge(a, &p.vars)
}

// given creates what a scenario starts from.
func (p *play) given(ctx context.Context, words []string) error {
	if len(words) < 2 {
		return errors.New("given needs a kind and a name")
	}
	name := words[1]
	var collection, body string
	switch words[0] {
	case "user":
		active := !slices.Contains(words, "inactive")
		collection = "/Users"
		body = fmt.Sprintf(`{"schemas":["{U}"],"userName":"{%[1]s.mail}","externalId":"ext-%[1]s-{run}","active":%[2]t,"displayName":"%[1]s",`+
			`"name":{"givenName":"%[1]s","familyName":"Replay"},"emails":[{"value":"{%[1]s.mail}","type":"work","primary":true}]}`, name, active)
	case "group":
		members := make([]string, 0, len(words))
		for _, m := range words[2:] {
			members = append(members, `{"value":"{`+m+`}"}`)
		}
		collection = "/Groups"
		body = `{"schemas":["{G}"],"displayName":"{` + name + `.mail}","members":[` + strings.Join(members, ",") + `]}`
	default:
		return fmt.Errorf("nothing is called %s", words[0])
	}
	a, err := p.ask(ctx, http.MethodPost, collection, body, http.StatusCreated)
	if err != nil {
		return fmt.Errorf("given %s: %w", strings.Join(words, " "), err)
	}
	return p.vars.learn(name, idIn(a.body))
}

func idIn(body []byte) string {
	var b struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(body, &b) != nil {
		return "" // which is no id
	}
	return b.ID
}

// look checks the state that the steps before have led to.
func (p *play) look(ctx context.Context, words []string) error {
	filled := make([]string, len(words))
	for i, w := range words {
		var err error
		if filled[i], err = p.vars.fill(w, plain); err != nil {
			return err
		}
	}
	if len(filled) < 2 {
		return errors.New("look at what?")
	}
	switch filled[0] {
	case "note", "unchanged":
		return p.compareNote(ctx, filled[0] == "note", filled[1])
	case "gone":
		_, err := p.ask(ctx, http.MethodGet, filled[1], "", http.StatusNotFound)
		return err
	case "user":
		return p.lookAtUser(ctx, Look{"user", filled[1], filled[2:]})
	case "members":
		return p.lookAtMembers(ctx, Look{"members", filled[1], filled[2:]})
	default:
		return fmt.Errorf("nothing can be seen of %s", filled[0])
	}
}

func (p *play) compareNote(ctx context.Context, write bool, path string) error {
	a, err := p.ask(ctx, http.MethodGet, path, "", http.StatusOK)
	if err != nil {
		return err
	}
	if write {
		p.notes[path] = string(a.body)
		return nil
	}
	if before := p.notes[path]; before != string(a.body) {
		return fmt.Errorf("%s was %s and is %s", path, before, a.body)
	}
	return nil
}

func (p *play) lookAtUser(ctx context.Context, look Look) error {
	a, err := p.ask(ctx, http.MethodGet, "/Users/"+url.PathEscape(look.ID), "", http.StatusOK)
	if err != nil {
		return err
	}
	var user struct {
		UserName string `json:"userName"`
		Active   bool   `json:"active"`
		Emails   []struct {
			Value string `json:"value"`
		} `json:"emails"`
	}
	if err := json.Unmarshal(a.body, &user); err != nil {
		return fmt.Errorf("user %.200s: %w", a.body, err)
	}
	for _, word := range look.Words {
		name, value, _ := strings.Cut(word, "=")
		holds := true
		switch name {
		case "active":
			holds = user.Active
		case "inactive":
			holds = !user.Active
		case "userName":
			holds = user.UserName == value
		case "email":
			holds = false
			for _, e := range user.Emails {
				holds = holds || e.Value == value
			}
		case "linked", "unlinked": // only Inspect can tell
		default:
			return fmt.Errorf("a user is never %s", word)
		}
		if !holds {
			return fmt.Errorf("the user is not %s: %s", word, a.body)
		}
	}
	return p.inspect(ctx, look)
}

func (p *play) lookAtMembers(ctx context.Context, look Look) error {
	a, err := p.ask(ctx, http.MethodGet, "/Groups/"+url.PathEscape(look.ID), "", http.StatusOK)
	if err != nil {
		return err
	}
	var group struct {
		Members []struct {
			Value string `json:"value"`
		} `json:"members"`
	}
	if err := json.Unmarshal(a.body, &group); err != nil {
		return fmt.Errorf("group %.200s: %w", a.body, err)
	}
	got := make([]string, 0, len(group.Members))
	for _, m := range group.Members {
		got = append(got, m.Value)
	}
	want := slices.Sorted(slices.Values(look.Words))
	if slices.Sort(got); !slices.Equal(got, want) {
		return fmt.Errorf("the members are %q instead of %q", got, want)
	}
	return p.inspect(ctx, look)
}

func (p *play) inspect(ctx context.Context, look Look) error {
	if p.Inspect == nil {
		return nil
	}
	return p.Inspect(ctx, look)
}
