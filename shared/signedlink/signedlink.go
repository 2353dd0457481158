// Package signedlink makes and opens the secrets of links sent by mail: an id that only we could have written down.
// Nothing is stored, and it knows no feature: what a purpose means and when a link is over is the service's.
package signedlink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/google/uuid"

	"groundswell/shared/fault"
)

const (
	idSize    = 16
	macSize   = 16 // 128 bits of HMAC-SHA256 (RFC 2104, section 5: truncation)
	tokenSize = 43 // base64 of both, without padding
)

// Signer holds the key. It is safe for concurrent use.
type Signer struct{ key []byte }

// New makes a signer; the key is secret and at least 32 bytes. Whoever changes it ends every link in the post.
func New(key []byte) (*Signer, error) {
	if len(key) < 32 {
		return nil, errors.New("the key that signs links needs at least 32 bytes")
	}
	return &Signer{key: append([]byte(nil), key...)}, nil
}

// Token is 43 characters of the URL alphabet that name id and cannot be made without the key. A token made for one
// purpose does not open for another.
func (s *Signer) Token(purpose string, id uuid.UUID) string {
	b := make([]byte, 0, idSize+macSize)
	b = append(b, id[:]...)
	return base64.RawURLEncoding.EncodeToString(append(b, s.mac(purpose, id)...))
}

// Open returns the id of a token made by Token for the purpose; anything else is NotFound, without saying why.
func (s *Signer) Open(purpose, token string) (uuid.UUID, error) {
	none := fault.New(fault.NotFound, "This link is not complete or not ours. Please open it from the mail again.")
	if len(token) != tokenSize {
		return uuid.Nil, none
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return uuid.Nil, none
	}
	id := uuid.UUID(b[:idSize])
	if !hmac.Equal(b[idSize:], s.mac(purpose, id)) {
		return uuid.Nil, none
	}
	return id, nil
}

func (s *Signer) mac(purpose string, id uuid.UUID) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(purpose)) // unambiguous: the id after it has a fixed size
	h.Write(id[:])
	return h.Sum(nil)[:macSize]
}
