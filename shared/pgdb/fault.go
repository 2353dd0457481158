package pgdb

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"groundswell/shared/fault"
)

// Fault maps the database's troubles to faults, where a service method returns to the edge: a database that is away,
// too busy or too slow is Unavailable (try again in 5 s); text it cannot hold is Invalid. The cause stays in the chain
// for the log. Everything else, faults and nil included, is returned as it is.
func Fault(err error) error {
	switch {
	case err == nil || fault.As(err) != nil:
		return err
	case away(err):
		return &caused{fault.After(fault.Unavailable, 5*time.Second, "We are busy right now. Please try again in a few seconds."), err}
	case unstorable(err):
		return &caused{fault.New(fault.Invalid, "This holds characters or numbers that cannot be stored."), err}
	}
	return err
}

// caused is a fault together with what brought it about.
type caused struct {
	fault *fault.Error
	cause error
}

// Error names both.
func (c *caused) Error() string { return c.fault.Error() + ": " + c.cause.Error() }

// Unwrap leads to both.
func (c *caused) Unwrap() []error { return []error{c.fault, c.cause} }

// away reports whether the database could not be reached, had no room, or did not answer in time.
func away(err error) bool {
	switch code := code(err); {
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"): // connection, resources, operator
		return true
	case code == "55P03", code == "40001", code == "40P01", code == "25006": // lock timeout, gave up retrying, a standby
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) || broken(err)
}

// broken reports whether the connection is lost or was never made.
func broken(err error) bool {
	switch code(err) {
	case "57P01", "57P02", "57P03": // admin_shutdown, crash_shutdown, cannot_connect_now
		return true
	}
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// unstorable reports input the type or encoding refuses: untranslatable or NUL characters, numbers out of range.
func unstorable(err error) bool {
	switch code(err) {
	case "22021", "22P05", "22003", "22008":
		return true
	}
	return false
}

// code is the SQLSTATE of err, "" when it is not the server's.
func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
