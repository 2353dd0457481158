package blob_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/blob"
	"groundswell/shared/fault"
)

func open(t *testing.T, endpoint string) *blob.Store {
	t.Helper()
	s, err := blob.Open(blob.Config{
		Endpoint: endpoint, Bucket: "groundswell-test", Region: "us-east-1",
		AccessKey: os.Getenv("S3_ACCESS_KEY"), SecretKey: os.Getenv("S3_SECRET_KEY"),
	})
	require.NoError(t, err)
	return s
}

// TestConformance is what an S3 must do to serve us. It runs against the one S3_ENDPOINT names: make test gives it the
// development stack's.
func TestConformance(t *testing.T) {
	t.Parallel()
	endpoint := os.Getenv("S3_ENDPOINT")
	if endpoint == "" {
		require.Empty(t, os.Getenv("CI"), "S3_ENDPOINT is not set")
		t.Skip("S3_ENDPOINT is not set: bin/dev with -- go test ./shared/blob")
	}
	ctx, s := t.Context(), open(t, endpoint)
	require.NoError(t, s.EnsureBucket(ctx))
	require.NoError(t, s.EnsureBucket(ctx), "again")
	require.NoError(t, s.Check(ctx))
	for name, size := range map[string]int64{"empty": 0, "small": 4 << 10, "multipart": 17 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := "test/" + rand.Text() + ".bin"
			data := make([]byte, size)
			_, err := rand.Read(data)
			require.NoError(t, err)
			require.NoError(t, s.Put(ctx, key, bytes.NewReader(data), size, blob.Info{ContentType: "image/png", CacheControl: "public, max-age=60"}))
			info, err := s.Stat(ctx, key)
			require.NoError(t, err)
			require.Equal(t, size, info.Size)
			require.Equal(t, "image/png", info.ContentType)
			require.Equal(t, "public, max-age=60", info.CacheControl)

			body, got, err := s.Get(ctx, key)
			require.NoError(t, err)
			stored, err := io.ReadAll(body)
			require.NoError(t, err)
			require.NoError(t, body.Close())
			require.True(t, bytes.Equal(data, stored), "the bytes are the same")
			require.Equal(t, info, got)

			require.NoError(t, s.Remove(ctx, key))
			require.NoError(t, s.Remove(ctx, key), "again")
			_, _, err = s.Get(ctx, key)
			require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
			_, err = s.Stat(ctx, key)
			require.ErrorIs(t, err, fault.New(fault.NotFound, ""))
		})
	}
	require.Error(t, s.Put(ctx, "test/short", strings.NewReader("abc"), 10, blob.Info{}), "fewer bytes than said")
	_, err := s.Stat(ctx, "test/short")
	require.ErrorIs(t, err, fault.New(fault.NotFound, ""), "leave nothing")
}

func TestAServiceThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	defer failing.Close()
	for name, endpoint := range map[string]string{"refused": "http://" + ln.Addr().String(), "failing": failing.URL} {
		s := open(t, endpoint)
		started := time.Now()
		_, _, err := s.Get(t.Context(), "media/x.png")
		require.ErrorIs(t, err, fault.New(fault.Unavailable, ""), name)
		require.Equal(t, 5, fault.As(err).RetryAfter)
		require.NotContains(t, fault.As(err).Message, "127.0.0.1", "the sentence is fit to show")
		require.Error(t, s.EnsureBucket(t.Context()), name)
		require.Error(t, s.Check(t.Context()), name)
		require.Error(t, s.Put(t.Context(), "k", strings.NewReader("x"), 1, blob.Info{}), name)
		require.Less(t, time.Since(started), 15*time.Second, name)
	}
}

func TestAServiceThatHangsIsUnavailableSoon(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	defer silent.Close()
	defer close(hold)
	started := time.Now()
	_, _, err := open(t, silent.URL).Get(t.Context(), "media/x.png")
	require.ErrorIs(t, err, fault.New(fault.Unavailable, ""))
	require.Less(t, time.Since(started), 4500*time.Millisecond)
}

func TestKeysFromURLs(t *testing.T) {
	t.Parallel()
	s := open(t, "http://127.0.0.1:1")
	for _, key := range []string{"", "/x", "../x", "a/../b", "a//b", "a/.hidden", "a b", "a%2fb", "ключ", "a\x00b", strings.Repeat("a", 513)} {
		_, _, err := s.Get(t.Context(), key)
		var f *fault.Error
		require.ErrorAs(t, err, &f, "%q", key)
		require.Equal(t, fault.NotFound, f.Code, "%q", key)
	}
}
