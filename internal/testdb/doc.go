// Package testdb gives tests a real PostgreSQL.
//
// One cluster per test process is started when the first test asks for a database, in a temporary directory and on a
// unix socket, so that any number of test packages run beside each other. Every call returns a database of its own,
// dropped when the test ends. The cluster never outlives the process, however that ends, and nothing of it reaches
// the machine's own PostgreSQL. Durability is switched off: a test about power cuts needs another server.
//
// The package never skips: where the server's binaries are missing the test fails and says what to install. Only
// _test files may import it.
//
// Start with [Postgres], or [PostgresTemplate] where every database begins with the same migrations; packages that
// use either call [Main] from TestMain.
package testdb
