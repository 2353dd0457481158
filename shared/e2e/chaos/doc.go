// Package chaos breaks what the events site and its workers depend on, while people sign up, wait for seats, are offered them and read, and asks the oracle
// what became of them: make chaos. Each test has a stack of its own: a durable PostgreSQL and a real Redis that it stops,
// kills and pauses, and a proxy before each dependency that refuses, hangs or delays; S3 is the development stack's. Without
// E2E_CHAOS the tests are skipped: they take minutes.
package chaos
