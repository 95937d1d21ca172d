package store

import "encoding/json"

// storeEmails brings the search index of a user's addresses in step with the
// record. It touches no row when they are the same as before.
func (tx *Tx) storeEmails(u SCIMUser) error {
	values, err := json.Marshal(append([]string{}, u.Emails...)) // [] rather than null
	if err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM scim_user_address WHERE directory_id = $1 AND user_id = $2 AND value NOT IN (SELECT e.value FROM `+tx.dialect.elements("$3")+` e)`,
		u.DirectoryID, u.ID, string(values))
	if err != nil {
		return err
	}
	return tx.insertEmails(u)
}

// insertEmails adds the addresses that are fit to be indexed and not there yet.
func (tx *Tx) insertEmails(u SCIMUser) error {
	for _, value := range u.Emails {
		if value == "" || len(value) > maxIndexedBytes {
			continue
		}
		_, err := tx.exec(`INSERT INTO scim_user_address (directory_id, user_id, value) VALUES ($1, $2, $3)
			ON CONFLICT (directory_id, value, user_id) DO NOTHING`, u.DirectoryID, u.ID, value)
		if err != nil {
			return err
		}
	}
	return nil
}
