package console

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// domainsView is the organization's domains.
type domainsView struct {
	Header header
	Rows   []domainRow
	Pager  pager
	Empty  empty
	New    confirm
	CSV    string
}

// domainRow is a domain in a list.
type domainRow struct {
	Name, URL, Claim, Method string
	Status                   badge
	Directory                link
	CheckedAt                time.Time
}

func (h *Handler) listDomains(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	found, next, err := h.Accounts.Domains(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	v := domainsView{
		Header: header{
			Title: "Domains", Lead: "Email domains that are yours. You manage the accounts of a domain once you have proved it.",
			Actions: []action{{Label: "Add domain", Dialog: "new-domain", Icon: "plus", Primary: true, Why: c.lacks(manages)}},
		},
		Pager: c.pager(len(found), next, "domain", "domains"), CSV: base + "/domains.csv",
		Empty: empty{Icon: "domains", Title: "No domain yet", Text: "Add the part of your people's addresses behind the @, prove that it is yours by a DNS record or a file, and their accounts become managed."},
		New: confirm{
			ID: "new-domain", Title: "Add domain", URL: base + "/domains", Button: "Add domain",
			Fields: []field{{Name: "name", Label: "Domain", IsRequired: true, Placeholder: "example.com", Hint: "Subdomains are domains of their own."}},
		},
	}
	for _, d := range found {
		v.Rows = append(v.Rows, domainRowOf(d, directories))
	}
	return h.page(c, "domains", v)
}

func domainURL(id identity.DomainID) string { return base + "/domains/" + url.PathEscape(string(id)) }

func domainRowOf(d store.Domain, directories []option) domainRow {
	row := domainRow{Name: d.Name, URL: domainURL(d.ID), Claim: claimName(d.Claim), Method: methodNames[d.Method], Status: domainBadge(d), CheckedAt: d.CheckedAt}
	if d.DirectoryID != "" {
		row.Directory = link{labelOf(directories, string(d.DirectoryID)), base + "/directories/" + url.PathEscape(string(d.DirectoryID))}
	}
	return row
}

// methodNames say how a domain was proved.
var methodNames = map[identity.ProofMethod]string{identity.ProofDNS: "DNS record", identity.ProofHTTP: "File", identity.ProofOperator: "Operator's word"}

func claimName(m identity.ClaimMode) string {
	if m == identity.ClaimSelected {
		return "Selected accounts"
	}
	return "All accounts"
}

func domainBadge(d store.Domain) badge {
	switch {
	case d.Status == identity.DomainVerified && !d.FailingSince.IsZero():
		return badge{warn, "Proof missing"}
	case d.Status == identity.DomainVerified:
		return badge{good, "Verified"}
	case !d.LostAt.IsZero():
		return badge{bad, "Lost"}
	default:
		return badge{info, "Not verified"}
	}
}

func (h *Handler) exportDomains(c *call) error {
	return export[store.Domain]{
		File: "domains.csv", Header: []string{"name", "status", "method", "claim", "directoryId", "verifiedAt", "checkedAt", "checkError", "failingSince", "id"},
		Fetch: func(p store.Page) ([]store.Domain, string, error) { return h.Accounts.Domains(c.Context(), c.org, p) },
		Row: func(d store.Domain) []string {
			return []string{d.Name, string(d.Status), string(d.Method), string(d.Claim), string(d.DirectoryID), stamp(d.VerifiedAt), stamp(d.CheckedAt), d.CheckError, stamp(d.FailingSince), string(d.ID)}
		},
	}.write(h, c)
}

func (h *Handler) addDomain(c *call) error {
	d, err := h.Accounts.AddDomain(c.Context(), c.caller, c.org, strings.TrimSpace(c.FormValue("name")))
	if err != nil {
		return err
	}
	return h.done(c, domainURL(d.ID), flash{Text: "The domain is added. Prove that it is yours next."})
}

// domainView is one domain.
type domainView struct {
	Header   header
	State    alert
	Proof    []proofPlace // where to publish what, as long as that is needed
	CheckURL string
	CheckWhy string
	Facts    []fact
	Assign   []field
	SaveURL  string
	SaveWhy  string
	Claims   claimsView
	Dialogs  []confirm
}

// proofPlace is where a domain's owner can publish the proof; one is enough.
type proofPlace struct {
	Title, How, Name, Value string
}

// claimsView is who lives on a verified domain.
type claimsView struct {
	IsThere        bool
	Total, Managed int
	Mode           string
	Rows           []claimRow
	Pager          pager
	URL            string // of the form that claims or releases; "" while claims are automatic
}

// claimRow is an account on the domain.
type claimRow struct {
	ID                identity.AccountID
	Name, Email, URL  string
	IsManaged         bool
	Status, Directory badge
}

func (h *Handler) showDomain(c *call) error {
	d, err := h.Accounts.Domain(c.Context(), c.org, c.domainID())
	if err != nil {
		return err
	}
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	path := domainURL(d.ID)
	v := domainView{
		Header: header{
			Title: d.Name, Crumbs: []link{{"Domains", base + "/domains"}}, Badges: []badge{domainBadge(d)}, ID: string(d.ID),
			Actions: []action{{Label: "Remove", Dialog: "remove-domain", Danger: true, Why: c.lacks(manages)}},
		},
		State: domainState(d), CheckURL: path + "/check", CheckWhy: c.lacks(manages), SaveURL: path, SaveWhy: c.lacks(manages),
		Facts: []fact{
			{Label: "Proved by", Text: methodNames[d.Method]},
			{Label: "Verified", At: d.VerifiedAt},
			{Label: "Last checked", At: d.CheckedAt},
			{Label: "Manages", Text: claimName(d.Claim)},
		},
		Assign: []field{
			choose("directory", "Directory that decides", string(d.DirectoryID), "The one that linked first", directories...),
			{Name: "claim", Label: "Manages", Value: string(d.Claim), Type: "select", Options: claimModes},
		},
		Dialogs: []confirm{{
			ID: "remove-domain", Title: "Remove " + d.Name, Text: "Its accounts are no longer managed. Directories keep their SCIM users and links, which from then on give memberships only.",
			URL: path + "/remove", Button: "Remove domain", Danger: true, Type: d.Name,
		}},
	}
	if d.Status != identity.DomainVerified || !d.FailingSince.IsZero() {
		v.Proof = proofPlaces(d)
	}
	if d.Status == identity.DomainVerified {
		if v.Claims, err = h.claims(c, d); err != nil {
			return err
		}
	}
	return h.page(c, "domain", v)
}

func (c *call) domainID() identity.DomainID { return identity.DomainID(c.PathValue("domainId")) }

func domainState(d store.Domain) alert {
	switch {
	case d.Status == identity.DomainVerified && d.FailingSince.IsZero():
		return alert{Tone: good, Title: "This domain is yours", Text: "The proof is looked at every day; leave it where it is."}
	case d.Status == identity.DomainVerified:
		return alert{Tone: warn, Title: "The proof is missing since " + ago(d.FailingSince, time.Now()), Text: "Put it back before the domain is lost: " + d.CheckError}
	case d.CheckError != "":
		return alert{Tone: warn, Title: "The proof was not found", Text: capital(d.CheckError) + ". A DNS record can take an hour to be seen."}
	default:
		return alert{Tone: info, Title: "Prove that this domain is yours", Text: "Publish one of the two, then check. Nothing changes for anybody before."}
	}
}

func proofPlaces(d store.Domain) []proofPlace {
	proof := accounts.ProofOf(d)
	return []proofPlace{
		{"By DNS", "Add a TXT record with your DNS provider.", proof.TXT[0], proof.Text},
		{"By a file", "Serve a text file at this address, over HTTPS.", "https://" + d.Name + proof.Path, proof.Text},
	}
}

func (h *Handler) claims(c *call, d store.Domain) (v claimsView, err error) {
	p, err := c.rows()
	if err != nil {
		return v, err
	}
	found, next, err := h.Accounts.PreviewClaims(c.Context(), c.org, d.ID, p)
	if err != nil {
		return v, err
	}
	v = claimsView{IsThere: true, Total: found.Total, Managed: found.Managed, Mode: claimName(d.Claim), Pager: c.pager(len(found.Accounts), next, "account", "accounts")}
	if d.Claim == identity.ClaimSelected && c.lacks(manages) == "" {
		v.URL = domainURL(d.ID) + "/claims"
	}
	for _, a := range found.Accounts {
		row := claimRow{
			ID: a.ID, Name: cmp.Or(a.Name, "Without a name"), Email: a.Email.Address, URL: base + "/accounts/" + url.PathEscape(string(a.ID)),
			IsManaged: a.Managed, Status: badge{neutral, "Not managed"}, Directory: badge{neutral, "Not synced"},
		}
		if a.Managed {
			row.Status = badge{good, "Managed"}
		}
		if a.Linked {
			row.Directory = badge{info, "Synced"}
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

func (h *Handler) checkDomain(c *call) error {
	d, err := h.Proofs.Check(c.Context(), c.caller, c.org, c.domainID(), "")
	if err != nil {
		return err
	}
	if d.Status != identity.DomainVerified {
		return h.done(c, domainURL(d.ID), flash{Tone: warn, Text: "The proof was not found yet."})
	}
	return h.done(c, domainURL(d.ID), flash{Text: "The proof is there: this domain is yours."})
}

// saveDomain assigns a domain to a directory, and says which accounts are managed.
func (h *Handler) saveDomain(c *call) error {
	mode, err := identity.ParseClaimMode(c.FormValue("claim"))
	if err != nil {
		return err
	}
	d, err := h.Accounts.AssignDomain(c.Context(), c.caller, c.org, c.domainID(), identity.DirectoryID(c.FormValue("directory")))
	if err != nil {
		return err
	}
	if mode != d.Claim {
		if _, err := h.Accounts.SetClaimMode(c.Context(), c.caller, c.org, d.ID, mode, true); err != nil {
			return err
		}
	}
	return h.done(c, domainURL(d.ID), flash{Text: "The domain is changed. What follows for many accounts is done in the background.", Link: base + "/jobs", Go: "See how far it is"})
}

func (h *Handler) changeClaims(c *call) error {
	if err := c.ParseForm(); err != nil {
		return err
	}
	if _, err := h.Accounts.Domain(c.Context(), c.org, c.domainID()); err != nil {
		return err
	}
	release := c.FormValue("do") == "release"
	results, err := h.Accounts.Claim(c.Context(), c.caller, c.org, c.domainID(), c.Form["account"], release)
	if err != nil {
		return err
	}
	changed := 0
	for _, r := range results {
		if r.Err != nil {
			return r.Err
		}
		if r.Changed {
			changed++
		}
	}
	verb := "claimed"
	if release {
		verb = "released"
	}
	return h.done(c, domainURL(c.domainID()), flash{Text: capital(count(changed, "account", "accounts")) + " " + verb + "."})
}

func (h *Handler) removeDomain(c *call) error {
	d, err := h.Accounts.Domain(c.Context(), c.org, c.domainID())
	if err != nil {
		return err
	}
	if err := checkTyped(c, d.Name); err != nil {
		return err
	}
	if err := h.Accounts.RemoveDomain(c.Context(), c.caller, c.org, d.ID); err != nil {
		return err
	}
	return h.done(c, base+"/domains", flash{Text: d.Name + " is removed."})
}
