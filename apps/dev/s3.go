//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

const s3Health = "/-health"

// serveS3 is the hidden command "s3 DIR ADDRESS": an S3 service over DIR/s3 until ctx ends. Keys come by the environment.
func serveS3(ctx context.Context, dir, addr string) error {
	root := filepath.Join(dir, "s3")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return fmt.Errorf("make the S3 folder: %w", err)
	}
	store, options, err := metadata(dir, root)
	if err != nil {
		return err
	}
	backend, err := posix.New(root, store, options)
	if err != nil {
		return fmt.Errorf("open the S3 folder: %w", err)
	}
	return embedgw.RunVersityGW(ctx, backend, &embedgw.Config{
		RootUserAccess: os.Getenv("S3_ACCESS_KEY"), RootUserSecret: os.Getenv("S3_SECRET_KEY"), Region: os.Getenv("S3_REGION"),
		Ports: []string{addr}, MaxConnections: 1000, MaxRequests: 1000, MultipartMaxParts: 10000,
		Quiet: true, KeepAlive: true, HealthPath: s3Health,
	})
}

// metadata keeps what S3 knows about an object in extended attributes, or in files of a folder beside on disks without
// them. The folder's name must not begin with the root's path and what follows it.
func metadata(dir, root string) (meta.MetadataStorer, posix.PosixOpts, error) {
	if (meta.XattrMeta{}).Test(root) == nil {
		return meta.XattrMeta{}, posix.PosixOpts{}, nil
	}
	beside := filepath.Join(dir, "meta-s3")
	if err := os.MkdirAll(beside, 0o700); err != nil {
		return nil, posix.PosixOpts{}, fmt.Errorf("make the S3 folder: %w", err)
	}
	sidecar, err := meta.NewSideCar(beside)
	return sidecar, posix.PosixOpts{SideCarDir: beside}, err
}
