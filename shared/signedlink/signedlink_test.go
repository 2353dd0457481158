package signedlink_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/signedlink"
)

func TestTokenOpensForItsPurposeOnly(t *testing.T) {
	t.Parallel()
	signer, err := signedlink.New(bytes.Repeat([]byte("k"), 32))
	require.NoError(t, err)
	other, err := signedlink.New(bytes.Repeat([]byte("x"), 32))
	require.NoError(t, err)
	id := uuid.Must(uuid.NewV7())
	token := signer.Token("events.signup", id)
	require.Len(t, token, 43)
	require.Equal(t, token, signer.Token("events.signup", id), "it is deterministic")

	got, err := signer.Open("events.signup", token)
	require.NoError(t, err)
	require.Equal(t, id, got)

	for name, open := range map[string]func() (uuid.UUID, error){
		"other purpose": func() (uuid.UUID, error) { return signer.Open("surveys.reply", token) },
		"other key":     func() (uuid.UUID, error) { return other.Open("events.signup", token) },
		"empty":         func() (uuid.UUID, error) { return signer.Open("events.signup", "") },
		"cut":           func() (uuid.UUID, error) { return signer.Open("events.signup", token[:42]) },
		"longer":        func() (uuid.UUID, error) { return signer.Open("events.signup", token+"A") },
		"not base64":    func() (uuid.UUID, error) { return signer.Open("events.signup", strings.Repeat("!", 43)) },
		"new line":      func() (uuid.UUID, error) { return signer.Open("events.signup", "\n"+token[:42]) },
	} {
		got, err := open()
		require.ErrorIs(t, err, fault.New(fault.NotFound, ""), name)
		require.Equal(t, uuid.Nil, got, name)
	}
}

func TestEveryChangedCharacterIsRefused(t *testing.T) {
	t.Parallel()
	signer, err := signedlink.New(bytes.Repeat([]byte("k"), 32))
	require.NoError(t, err)
	token := signer.Token("p", uuid.Must(uuid.NewV7()))
	for i := range token {
		for _, c := range []byte("AZaz09-_") {
			if token[i] == c {
				continue
			}
			changed := []byte(token)
			changed[i] = c
			_, err := signer.Open("p", string(changed))
			require.Error(t, err, "position %d", i)
		}
	}
}

func TestNewRefusesAShortKey(t *testing.T) {
	t.Parallel()
	_, err := signedlink.New([]byte("short"))
	require.Error(t, err)
}

func FuzzOpen(f *testing.F) {
	signer, err := signedlink.New(bytes.Repeat([]byte("k"), 32))
	require.NoError(f, err)
	f.Add("")
	f.Add(strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, token string) {
		_, err := signer.Open("p", token)
		require.Error(t, err) // nobody guesses 128 bits
	})
}
