package idpsim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// Schema URNs (RFC 7643 section 10.3, RFC 7644 section 8.2).
const (
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	patchURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
)

// Person is what an identity provider knows of somebody.
type Person struct {
	ID          string // the provider's own, which becomes externalId
	UserName    string // the name to sign in with; "" means Email
	Email       string
	GivenName   string
	FamilyName  string
	DisplayName string
	Title       string
	Department  string
}

func (p Person) userName() string {
	if p.UserName != "" {
		return p.UserName
	}
	return p.Email
}

// User is a SCIM user in an answer. After a deletion, or where the server
// answers without a body, only Result is set.
type User struct {
	Result
	ID          string
	ExternalID  string
	UserName    string
	DisplayName string
	Email       string // the primary address, else the first
	Active      bool
	AccountID   string // of the linked account; "" for none
}

// Group is a SCIM group in an answer, with the ids of its members. After a
// deletion, or where the server answers without a body, only Result is set.
type Group struct {
	Result
	ID          string
	ExternalID  string
	DisplayName string
	Members     []string
}

// object is a JSON object in a request.
type object = map[string]any

type userBody struct {
	ID          string `json:"id"`
	ExternalID  string `json:"externalId"`
	UserName    string `json:"userName"`
	DisplayName string `json:"displayName"`
	Active      bool   `json:"active"`
	Emails      []struct {
		Value   string `json:"value"`
		Primary bool   `json:"primary"`
	} `json:"emails"`
	Account struct {
		ID string `json:"atlassianAccountId"`
	} `json:"urn:scim:schemas:extension:atlassian-external:1.0"`
}

type groupBody struct {
	ID          string `json:"id"`
	ExternalID  string `json:"externalId"`
	DisplayName string `json:"displayName"`
	Members     []struct {
		Value string `json:"value"`
	} `json:"members"`
}

type listBody struct {
	TotalResults int               `json:"totalResults"`
	Resources    []json.RawMessage `json:"Resources"`
}

// userIn reads the user in an answer; err is that of the request.
func userIn(r Result, err error) (User, error) {
	if err != nil || len(r.Body) == 0 {
		return User{Result: r}, err
	}
	return readUser(r, r.Body)
}

func readUser(r Result, data []byte) (User, error) {
	var b userBody
	if err := json.Unmarshal(data, &b); err != nil {
		return User{Result: r}, fmt.Errorf("read user: %w", err)
	}
	u := User{Result: r, ID: b.ID, ExternalID: b.ExternalID, UserName: b.UserName, DisplayName: b.DisplayName, Active: b.Active, AccountID: b.Account.ID}
	for i, e := range b.Emails {
		if i == 0 || e.Primary {
			u.Email = e.Value
		}
	}
	return u, nil
}

// groupIn reads the group in an answer; err is that of the request.
func groupIn(r Result, err error) (Group, error) {
	if err != nil || len(r.Body) == 0 {
		return Group{Result: r}, err
	}
	return readGroup(r, r.Body)
}

func readGroup(r Result, data []byte) (Group, error) {
	var b groupBody
	if err := json.Unmarshal(data, &b); err != nil {
		return Group{Result: r}, fmt.Errorf("read group: %w", err)
	}
	g := Group{Result: r, ID: b.ID, ExternalID: b.ExternalID, DisplayName: b.DisplayName}
	for _, m := range b.Members {
		g.Members = append(g.Members, m.Value)
	}
	return g, nil
}

// firstIn reads the first resource of a list with read; an empty list gives
// the zero resource with the answer, as none does.
func firstIn[T any](r Result, err error, none func(Result) T, read func(Result, []byte) (T, error)) (T, error) {
	if err != nil {
		return none(r), err
	}
	var b listBody
	if err := json.Unmarshal(r.Body, &b); err != nil {
		return none(r), fmt.Errorf("read list: %w", err)
	}
	if len(b.Resources) == 0 {
		return none(r), nil
	}
	return read(r, b.Resources[0])
}

func firstUser(r Result, err error) (User, error) {
	return firstIn(r, err, func(r Result) User { return User{Result: r} }, readUser)
}

func firstGroup(r Result, err error) (Group, error) {
	return firstIn(r, err, func(r Result) Group { return Group{Result: r} }, readGroup)
}

// equals is the filter by which providers look for one resource.
func equals(attribute, value string) param {
	return param{"filter", attribute + " eq " + quoted(value)}
}

// quoted is a filter's or path's string literal, which is JSON's (RFC 7644
// section 3.4.2.2).
func quoted(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		return strconv.Quote(s) // a string always marshals
	}
	return string(data)
}

func userPath(id string) string  { return "/Users/" + url.PathEscape(id) }
func groupPath(id string) string { return "/Groups/" + url.PathEscape(id) }

// patch is the body of a PATCH (RFC 7644 section 3.5.2).
func patch(operations ...object) object {
	return object{"schemas": []string{patchURN}, "Operations": operations}
}
