// Package adminapi serves the admin, repair and user management APIs over
// HTTP, as openapi.yaml describes them: it finds out who asks, reads the
// request, calls one method of accounts, repair, journal or auth, and writes
// the answer in the shape of package api.
//
// It holds no rules about accounts and links and runs no SQL. Errors become
// answers in one table per family of paths: errors_admin.go for /admin/,
// errors_users.go for /users/. Start with [Handler] and routes.go.
package adminapi
