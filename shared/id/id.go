// Package id makes and carries identifiers: UUID version 7 (RFC 9562), typed by what they name, so that an
// event's id cannot be passed where a shift's is meant. It knows no feature.
package id

import "github.com/google/uuid"

// Of is the identifier of a T. The zero value means "none". Its text and JSON form is the canonical
// 36-character string; it scans from and is stored as a PostgreSQL uuid.
type Of[T any] struct{ uuid.UUID }

// New returns a fresh, time-ordered identifier (UUIDv7).
func New[T any]() Of[T] { return Of[T]{uuid.Must(uuid.NewV7())} }

// Parse reads the canonical form only; anything else is an error.
func Parse[T any](s string) (Of[T], error) {
	if len(s) != 36 {
		return Of[T]{}, uuid.Validate("")
	}
	u, err := uuid.Parse(s)
	return Of[T]{u}, err
}

// IsZero reports whether there is no identifier; encoding/json's omitzero asks it.
func (i Of[T]) IsZero() bool { return i.UUID == uuid.Nil }

// UnmarshalText reads the canonical form; the empty string is the zero value, so that a missing form field
// reaches Validate instead of failing as malformed.
func (i *Of[T]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Of[T]{}
		return nil
	}
	v, err := Parse[T](string(b))
	if err != nil {
		return err
	}
	*i = v
	return nil
}
