//go:build unix

package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is who the server runs as. PostgreSQL refuses to run as root, so root drops to another account; anybody
// else stays who they are.
type account struct {
	drop     bool
	uid, gid int
	name     string
}

// unprivileged chooses the account: postgres, else nobody, when this process is root.
func unprivileged() (account, error) {
	if os.Getuid() != 0 {
		return account{uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.Atoi(u.Uid)
		gid, errGID := strconv.Atoi(u.Gid)
		if errUID == nil && errGID == nil {
			return account{drop: true, uid: uid, gid: gid, name: name}, nil
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is no account named postgres or nobody to run it as: create one, or set DATABASE_URL")
}

// attributes are those of a child of this account.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{}
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// makeOwn makes a folder that only the account (and root) can open.
func (a account) makeOwn(path string) error {
	if err := makeDir(path, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return fmt.Errorf("make the folder %s private: %w", path, err)
	}
	return a.give(path)
}

func (a account) give(path string) error {
	if !a.drop {
		return nil
	}
	if err := os.Chown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("give %s to the account %s: %w", path, a.name, err)
	}
	return nil
}

// passwordFile writes the password where initdb, run by the account, can read it.
func (a account) passwordFile(dir, password string) (string, error) {
	f, err := os.CreateTemp(dir, ".initdb-")
	if err != nil {
		return "", fmt.Errorf("hand the password to initdb: %w", err)
	}
	_, err = f.WriteString(password + "\n")
	if err := errors.Join(err, f.Close(), a.give(f.Name())); err != nil {
		return "", fmt.Errorf("hand the password to initdb: %w", err)
	}
	return f.Name(), nil
}

// Reachable tells in one sentence why the account of a server started by this process could not enter path; nil when
// it can. For anybody but root the answer is always nil.
func Reachable(path string) error {
	who, err := unprivileged()
	if err != nil {
		return err
	}
	return who.canReach(path)
}

// canReach checks the folders above and including path for the right to enter.
func (a account) canReach(path string) error {
	if !a.drop {
		return nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if resolved, err := filepath.EvalSymlinks(abs); err == nil {
		abs = resolved
	}
	for ; ; abs = filepath.Dir(abs) {
		if info, err := os.Stat(abs); err == nil && !a.mayEnter(info) {
			return fmt.Errorf("the account %s, which runs PostgreSQL for root, may not enter %s: choose a folder that everybody can enter", a.name, abs)
		}
		if abs == filepath.Dir(abs) {
			return nil
		}
	}
}

func (a account) mayEnter(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	bit := os.FileMode(0o001)
	switch {
	case int(st.Uid) == a.uid:
		bit = 0o100
	case int(st.Gid) == a.gid:
		bit = 0o010
	}
	return info.Mode().Perm()&bit != 0
}
