package picture

// Scene is who is linked to whom at one moment.
type Scene struct {
	Records  []Record
	Accounts []Account
}

// Record is what an identity provider pushed about a person.
type Record struct {
	ID        string
	Directory string // the key of its directory in [Subject]
	Name      string
	Email     string // by which it links, or ""
	Account   string // that it is linked to, or ""
	Deleted   bool   // and can be restored
	Held      bool   // apart from an account by an administrator
	Groups    int
}

// Account is a person's account.
type Account struct {
	ID     string
	Name   string
	Email  string
	Status string
	Active bool     // whether the status lets the person in
	Facts  []string // a word or two each: its age, when it was last used
}

// Subject is what a picture is about: the links now, or before a repair, and
// after it; After is nil where nothing is to change, or where it is not known.
type Subject struct {
	Before      Scene
	After       *Scene
	Directories map[string]string // the name of each directory by its key
}

func (s Scene) record(key string) *Record {
	for i := range s.Records {
		if s.Records[i].key() == key {
			return &s.Records[i]
		}
	}
	return nil
}

func (s Scene) account(id string) *Account {
	for i := range s.Accounts {
		if s.Accounts[i].ID == id {
			return &s.Accounts[i]
		}
	}
	return nil
}

// key tells records apart: two directories may give one id.
func (r Record) key() string { return r.Directory + " " + r.ID }
