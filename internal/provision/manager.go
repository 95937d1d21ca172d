package provision

import (
	"cmp"

	"roster/internal/identity"
	"roster/internal/scim"
)

// withManager completes a user's manager with what RFC 7643 section 4.3 lets
// the server say: where the manager is, unless the client says it, and its name
// as it is at the time of this write. A manager that is not in the directory keeps its value alone:
// IdPs push managers after those who report to them, and some never.
func (w *write) withManager(doc scim.Value) (scim.Value, error) {
	extension, _ := doc.Get(scim.EnterpriseUserURN)
	manager, ok := extension.Get("manager")
	if !ok {
		return doc, nil
	}
	boss, err := absent(w.SCIMUser(w.DirectoryID, identity.SCIMUserID(textOf(manager, "value"))))
	if err != nil {
		return doc, err
	}
	name := scim.Null()
	if boss.ID != "" {
		if _, said := manager.Get("$ref"); !said {
			manager = manager.With("$ref", scim.String("../Users/"+string(boss.ID)))
		}
		name = scim.String(cmp.Or(boss.DisplayName, boss.UserName))
	}
	manager = manager.With("displayName", name)
	return doc.With(scim.EnterpriseUserURN, extension.With("manager", manager)), nil
}
