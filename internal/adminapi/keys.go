package adminapi

import (
	"time"

	"roster/internal/adminapi/api"
	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
)

func (h *Handler) listKeys(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	all, err := h.keys.OrgKeys(c.Context(), c.org)
	if err != nil {
		return err
	}
	return c.ok(c.keyList(all, p))
}

func (h *Handler) createKey(c *call) error {
	body, err := readOwn[api.KeyCreate](c, "name")
	if err != nil {
		return err
	}
	scopes, err := c.scopesToGrant(body.Scopes)
	if err != nil {
		return err
	}
	issued, err := h.keys.CreateOrgKey(c.Context(), c.caller, c.org, body.Name, body.ExpiresAt, scopes...)
	if err != nil {
		return err
	}
	return c.created(issuedView(issued))
}

// scopesToGrant are the scopes that a body names, else the caller's own.
func (c *call) scopesToGrant(names []api.Scope) ([]identity.Scope, error) {
	if names == nil {
		return c.key.Scopes, nil
	}
	scopes, err := identity.ParseScopes(names)
	if err != nil {
		return nil, err
	}
	if len(scopes) == 0 {
		return nil, refusal(badValue, `"scopes" is empty`).withHint("name at least one, or leave the member out for all that your own key has").withField("scopes")
	}
	return scopes, c.key.AllowsGranting(scopes)
}

func (h *Handler) revokeKey(c *call) error {
	if err := h.keys.RevokeOrgKey(c.Context(), c.caller, c.org, identity.CredentialID(c.PathValue("keyId"))); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) rotateKey(c *call) error {
	r, err := c.rotation()
	if err != nil {
		return err
	}
	done, err := h.keys.RotateOrgKey(c.Context(), c.caller, c.key, c.org, identity.CredentialID(c.PathValue("keyId")), r)
	if err != nil {
		return err
	}
	return c.created(rotationView(done))
}

func (h *Handler) listTokens(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	all, err := h.keys.Tokens(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	return c.ok(c.keyList(all, p))
}

func (h *Handler) createToken(c *call) error {
	body, err := readOwn[api.TokenCreate](c)
	if err != nil {
		return err
	}
	issued, err := h.keys.CreateToken(c.Context(), c.caller, c.org, c.directoryID(), body.Name, body.ExpiresAt)
	if err != nil {
		return err
	}
	return c.created(issuedView(issued))
}

func (h *Handler) revokeToken(c *call) error {
	if err := h.keys.RevokeToken(c.Context(), c.caller, c.org, c.directoryID(), identity.CredentialID(c.PathValue("tokenId"))); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) rotateToken(c *call) error {
	r, err := c.rotation()
	if err != nil {
		return err
	}
	done, err := h.keys.RotateToken(c.Context(), c.caller, c.org, c.directoryID(), identity.CredentialID(c.PathValue("tokenId")), r)
	if err != nil {
		return err
	}
	return c.created(rotationView(done))
}

// rotation reads how to rotate, where a body says so.
func (c *call) rotation() (auth.Rotation, error) {
	body, err := readOptionalOwn[api.KeyRotate](c)
	r := auth.Rotation{Overlap: auth.DefaultOverlap, Expires: body.ExpiresAt}
	if err != nil || body.OverlapSeconds == nil {
		return r, err
	}
	if s := *body.OverlapSeconds; s < 0 || s > int(auth.MaxOverlap/time.Second) {
		return r, refusal(badValue, `"overlapSeconds" is %d; it must be from 0 to %d`, s, int(auth.MaxOverlap/time.Second)).withField("overlapSeconds")
	}
	r.Overlap = time.Duration(*body.OverlapSeconds) * time.Second
	return r, nil
}

func rotationView(r auth.Rotated) api.KeyRotation {
	return api.KeyRotation{Data: issuedView(r.New).Data, Replaced: keyView(r.Old)}
}

func (c *call) keyList(all []store.Credential, p store.Page) api.KeyList {
	rows, next := cut(all, p, func(k store.Credential) string { return string(k.ID) })
	return api.KeyList{Data: converted(rows, keyView), Links: c.links(next)}
}

// issuedView shows the secret, this once.
func issuedView(k auth.Issued) api.KeyResponse {
	v := keyView(k.Credential)
	v.Attributes.Secret = k.Secret
	return api.KeyResponse{Data: v}
}

func keyView(k store.Credential) api.Key {
	kind := api.KeyTypeKeys
	if k.Kind == store.CredentialSCIM {
		kind = api.KeyTypeTokens
	}
	return api.Key{ID: string(k.ID), Type: kind, Attributes: api.KeyAttributes{
		Name: k.Name, Hint: k.Hint, CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt,
		Scopes: converted(k.Scopes, func(s identity.Scope) api.Scope { return api.Scope(s) }),
	}}
}
