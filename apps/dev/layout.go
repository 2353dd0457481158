//go:build unix

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"groundswell/shared/pgserver"
)

// program is one binary of the repository.
type program struct {
	Name    string // events, workers
	Package string // ./apps/events
	Port    int    // of the site; 0 for workers
	Private int    // of health and metrics
	Client  bool   // has a browser program
}

// URL is the site's address; "" for workers.
func (p program) URL() string {
	if p.Port == 0 {
		return ""
	}
	return "http://localhost:" + strconv.Itoa(p.Port)
}

// PrivateURL is where health and metrics are.
func (p program) PrivateURL() string { return "http://" + p.privateAddress() }

func (p program) privateAddress() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.Private))
}

// ports are the sites' own, in the order they are listed; a new site is a row here.
var ports = []struct {
	name string
	port int
}{
	{"web", 8081}, {"mobile", 8082}, {"events", 8083}, {"surveys", 8084},
	{"marketing", 8085}, {"support", 8086}, {"cms", 8087},
}

const (
	workersPrivate = 8088
	consolePort    = 8090
)

// findRoot is the repository: the nearest folder above that holds the module groundswell.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module groundswell\n") {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("this is not the groundswell repository: run it from inside the clone")
		}
		dir = filepath.Dir(dir)
	}
}

// findPrograms lists the binaries that are present, sites first. With anyPort they get free ports instead of their own.
func findPrograms(root string, anyPort bool) ([]program, error) {
	var all []program
	for _, site := range ports {
		dir := filepath.Join(root, "apps", site.name)
		if !exists(filepath.Join(dir, "main.go")) {
			continue
		}
		all = append(all, program{
			Name: site.name, Package: "./apps/" + site.name, Port: site.port, Private: site.port + 1000,
			Client: exists(filepath.Join(dir, "main_js.go")),
		})
	}
	if exists(filepath.Join(root, "workers", "main.go")) {
		all = append(all, program{Name: "workers", Package: "./workers", Private: workersPrivate})
	}
	if !anyPort {
		return all, nil
	}
	for i := range all {
		free, err := freePorts(2)
		if err != nil {
			return nil, err
		}
		all[i].Private = free[0]
		if all[i].Port != 0 {
			all[i].Port = free[1]
		}
	}
	return all, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// dataFolder is .data in the repository. When root runs the stack and the account that PostgreSQL drops to cannot enter the
// repository, it is a folder of /var/tmp instead, the same one every time.
func dataFolder(root string) string {
	if pgserver.Reachable(root) == nil {
		return filepath.Join(root, ".data")
	}
	sum := sha256.Sum256([]byte(root))
	return "/var/tmp/groundswell-" + hex.EncodeToString(sum[:4])
}

// freePorts asks the system for n ports nobody listens on.
func freePorts(n int) ([]int, error) {
	var found []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close()
		found = append(found, l.Addr().(*net.TCPAddr).Port)
	}
	return found, nil
}

// portFree tells whether a program could listen on the port, on every address and on the loopback one.
func portFree(port int) bool {
	for _, host := range []string{"", "127.0.0.1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = l.Close()
	}
	return true
}

// checkPorts says in one sentence which programs' ports are taken.
func checkPorts(all []program, console int) error {
	var taken []string
	for _, p := range all {
		for _, port := range []int{p.Port, p.Private} {
			if port != 0 && !portFree(port) {
				taken = append(taken, fmt.Sprintf("%d (%s)", port, p.Name))
			}
		}
	}
	if !portFree(console) {
		taken = append(taken, fmt.Sprintf("%d (this console)", console))
	}
	slices.Sort(taken)
	switch len(taken) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("port %s is in use by another program: stop that program and start again", taken[0])
	}
	return fmt.Errorf("the ports %s are in use by other programs: stop them and start again", strings.Join(taken, ", "))
}
