package server

// demoInfo is the content of demo.json. Others script against it: members are
// only ever added.
type demoInfo struct {
	BaseURL     string          `json:"baseUrl"`
	SiteKey     string          `json:"siteKey"`
	OrgID       string          `json:"orgId"`
	OrgKey      string          `json:"orgKey"`
	ConsoleURL  string          `json:"consoleUrl"` // signs an admin in, once; a new one at each start
	Directories []demoDirectory `json:"directories"`
	Scenarios   demoScenarios   `json:"scenarios"`
}

type demoDirectory struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	SCIMBaseURL string `json:"scimBaseUrl"`
	Token       string `json:"token"`
}

type demoScenarios struct {
	A demoScenarioA `json:"A"`
	B demoScenarioB `json:"B"`
}

// demoScenarioA is "right account, wrong email": record 1 cannot take newEmail,
// as account 2 holds it.
type demoScenarioA struct {
	DirectoryID string `json:"directoryId"`
	AAID1       string `json:"aaid1"`
	AAID2       string `json:"aaid2"`
	SCIMUser1   string `json:"scimUser1"`
	SCIMUser2   string `json:"scimUser2"`
	OldEmail    string `json:"oldEmail"`
	NewEmail    string `json:"newEmail"`
}

// demoScenarioB is "wrong account synced": account 1 has the history and no
// link, account 2 the link.
type demoScenarioB struct {
	DirectoryID string `json:"directoryId"`
	AAID1       string `json:"aaid1"`
	AAID2       string `json:"aaid2"`
	SCIMUser2   string `json:"scimUser2"`
	OldEmail    string `json:"oldEmail"`
	NewEmail    string `json:"newEmail"`
}
