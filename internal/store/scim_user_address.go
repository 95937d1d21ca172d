package store

import "strconv"

// storeEmails brings the search index of a user's addresses in step with its
// document. It touches no row when they are the same as before.
func (tx *Tx) storeEmails(u SCIMUser) error {
	_, err := tx.exec(`DELETE FROM scim_user_address WHERE directory_id = $1 AND user_id = $2 AND value NOT IN (`+tx.emailsOf("$3")+`)`,
		u.DirectoryID, u.ID, string(u.Folded))
	if err != nil {
		return err
	}
	return tx.insertEmails(u)
}

func (tx *Tx) insertEmails(u SCIMUser) error {
	_, err := tx.exec(`INSERT INTO scim_user_address (directory_id, user_id, value) SELECT $1, $2, v.value FROM (`+tx.emailsOf("$3")+`) v WHERE TRUE
		ON CONFLICT (directory_id, value, user_id) DO NOTHING`, // WHERE TRUE: without it, SQLite's parser takes ON for a join's
		u.DirectoryID, u.ID, string(u.Folded))
	return err
}

// emailsOf is a query for the emails.value of a folded document that are fit to
// be indexed.
func (tx *Tx) emailsOf(folded string) string {
	value := tx.dialect.jsonText("e.value", "value")
	return `SELECT ` + value + ` AS value FROM ` + tx.dialect.jsonEach(tx.dialect.jsonParam(folded), "e", "emails") +
		` WHERE octet_length(` + value + `) BETWEEN 1 AND ` + strconv.Itoa(maxIndexedBytes)
}
