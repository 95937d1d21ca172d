package adminapi

import (
	"golang.org/x/net/idna"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

func (h *Handler) checkDomain(c *call) error {
	body, err := readOptionalOwn[api.DomainCheck](c)
	if err != nil {
		return err
	}
	method, err := identity.ParseProofMethod(string(body.Method))
	if err != nil {
		return err
	}
	d, err := h.proofs.Check(c.Context(), c.caller, c.org, c.domainID(), method)
	if err != nil {
		return err
	}
	return c.ok(api.DomainResponse{Data: c.domainView(d)})
}

func (h *Handler) transferDomain(c *call) error {
	body, err := readOwn[api.DomainTransfer](c, "orgId")
	if err != nil {
		return err
	}
	d, err := h.accounts.TransferDomain(c.Context(), c.caller, c.org, c.domainID(), identity.OrgID(body.OrgID))
	if err != nil {
		return err
	}
	return c.ok(api.DomainResponse{Data: c.domainView(d)})
}

func (c *call) domainView(d store.Domain) api.Domain {
	proof := accounts.ProofOf(d)
	shown, err := idna.Display.ToUnicode(d.Name)
	if err != nil {
		shown = d.Name // one that must not be shown otherwise
	}
	return api.Domain{
		ID: string(d.ID), Type: api.DomainTypeDomains,
		Attributes: api.DomainAttributes{
			Name: d.Name, UnicodeName: shown, DirectoryID: string(d.DirectoryID),
			Claim:     api.DomainClaim{Type: claimType(d), Status: claimStatus(d)},
			ClaimMode: api.ClaimMode(d.Claim), Method: api.ProofMethod(d.Method),
			Proof:      api.DomainProof{Text: proof.Text, TxtNames: proof.TXT, FileURL: "https://" + d.Name + proof.Path},
			VerifiedAt: d.VerifiedAt, CheckedAt: d.CheckedAt, FailingSince: d.FailingSince, LostAt: d.LostAt, CheckError: d.CheckError,
		},
		Links: api.SelfLink{Self: c.orgURL(d.OrgID) + "/domains/" + string(d.ID)},
	}
}

// claimType words a method as the hosted API does, which knows no operator.
func claimType(d store.Domain) api.DomainClaimType {
	if d.Method == identity.ProofHTTP {
		return api.DomainClaimTypeHTTP
	}
	return api.DomainClaimTypeDNS
}

// claimStatus words a status as the hosted API does.
func claimStatus(d store.Domain) api.DomainClaimStatus {
	if d.Status == identity.DomainUnverified && !d.LostAt.IsZero() {
		return api.DomainClaimStatusMissingToken
	}
	return api.DomainClaimStatus(d.Status)
}
