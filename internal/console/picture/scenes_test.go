package picture_test

import (
	"fmt"
	"strconv"

	"roster/internal/console/picture"
)

const (
	older   = "712020:6a1e7a30-6c57-4f0e-9d5b-2a1c3ddc0f01"
	younger = "712020:0f9b1f5d-2c40-4b53-8d7c-5f2f39a8b002"
	parked  = "unused-0f9b1f5d@newcorp.example"
)

func account(id, email string, facts ...string) picture.Account {
	return picture.Account{ID: id, Name: "Ada Lovelace", Email: email, Status: "active", Active: true, Facts: facts}
}

func record(id, directory, email, account string) picture.Record {
	return picture.Record{ID: id + "-98fc-4c14-9afb-f4c8996fb924", Directory: directory, Name: "Ada Lovelace", Email: email, Account: account, Groups: 2}
}

var directories = map[string]string{"entra": "Entra ID", "okta": "Okta of the acquired company"}

// wrongEmail is scenario A with a record of a second directory.
func wrongEmail() picture.Subject {
	before := picture.Scene{
		Records: []picture.Record{
			record("11111111", "entra", "ada@oldcorp.example", older),
			record("22222222", "entra", "ada.lovelace@newcorp.example", younger),
			record("33333333", "okta", "ada.lovelace@newcorp.example", younger),
		},
		Accounts: []picture.Account{
			account(younger, "ada.lovelace@newcorp.example", "since today", "never used"),
			account(older, "ada@oldcorp.example", "since 2019", "used 3 days ago", "4 groups"),
		},
	}
	after := picture.Scene{
		Records: []picture.Record{
			record("11111111", "entra", "ada.lovelace@newcorp.example", older),
			record("22222222", "entra", "ada.lovelace@newcorp.example", ""),
			record("33333333", "okta", "ada.lovelace@newcorp.example", older),
		},
		Accounts: []picture.Account{
			account(younger, parked, "since today", "never used"),
			account(older, "ada.lovelace@newcorp.example", "since 2019", "used 3 days ago", "4 groups"),
		},
	}
	after.Records[1].Deleted, after.Records[1].Groups = true, 0
	return picture.Subject{Before: before, After: &after, Directories: directories}
}

// wrongAccount is scenario B.
func wrongAccount() picture.Subject {
	before := picture.Scene{
		Records:  []picture.Record{record("11111111", "okta", "ada.lovelace@newcorp.example", younger)},
		Accounts: []picture.Account{account(older, "ada@oldcorp.example", "since 2019"), account(younger, "ada.lovelace@newcorp.example", "since today")},
	}
	after := picture.Scene{
		Records:  []picture.Record{record("11111111", "okta", "ada.lovelace@newcorp.example", older)},
		Accounts: []picture.Account{account(older, "ada.lovelace@newcorp.example", "since 2019"), account(younger, parked, "since today")},
	}
	return picture.Subject{Before: before, After: &after, Directories: directories}
}

// unlinked is a held record and a deleted one, of a person whose account is
// suspended, with nothing planned. Everything that an identity provider wrote
// is meant to do harm, or is long.
func unlinked() picture.Subject {
	held := record("11111111", "okta", `"><script>alert(1)</script>@newcorp.example`, "")
	held.Name, held.Held = "عائشة بنت محمد الطويلة الاسم جدا", true
	deleted := record("22222222", "entra", "", "")
	deleted.Name, deleted.Deleted, deleted.Groups = "\u202egro.live 👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻", true, 0
	person := account(older, "a.person.with.an.uncommonly.long.address@a.subdomain.of.newcorp.example")
	person.Name, person.Status, person.Active = "<b>Ada</b> </svg>", "suspended", false
	return picture.Subject{Before: picture.Scene{Records: []picture.Record{held, deleted}, Accounts: []picture.Account{person}}, Directories: directories}
}

// crowd is more than a picture takes.
func crowd() picture.Subject {
	var s picture.Scene
	for i := range 30 {
		id := fmt.Sprintf("712020:%d", i)
		s.Accounts = append(s.Accounts, account(id, fmt.Sprintf("ada%d@newcorp.example", i)))
		s.Records = append(s.Records, record(strconv.Itoa(i), []string{"okta", "entra"}[i%2], "ada@newcorp.example", fmt.Sprintf("712020:%d", 29-i)))
	}
	return picture.Subject{Before: s, Directories: directories}
}

var subjects = []struct {
	name    string
	subject picture.Subject
}{
	{"wrong email", wrongEmail()},
	{"wrong account", wrongAccount()},
	{"unlinked", unlinked()},
	{"crowd", crowd()},
	{"nobody", picture.Subject{}},
}
