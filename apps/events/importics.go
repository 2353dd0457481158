//go:build !js

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"

	"groundswell/shared/events/eventsvc"
)

const (
	importTimeout   = 30 * time.Second // to fetch a calendar
	importRedirects = 5
	importBytes     = 20 << 20
)

// importICS is the command import-ics: it imports a file, standard input ("-") or an address (http, https or webcal)
// into an organisation, and prints what it did. It may be run again with the same calendar.
func importICS(ctx context.Context, svc *eventsvc.Service, args []string, out io.Writer) error {
	flags := flagsOf("import-ics")
	org := flags.String("org", "", "the organisation's `slug`")
	if ok, err := parse(flags, args, out); !ok {
		return err
	}
	if *org == "" || flags.NArg() != 1 {
		return misused(flags, "name the organisation and one calendar")
	}
	source := flags.Arg(0)
	calendar, err := openCalendar(ctx, source)
	if err != nil {
		return err
	}
	defer func() { _ = calendar.Close() }()
	report, err := svc.ImportICS(ctx, *org, calendar)
	printReport(out, source, report)
	return err
}

// openCalendar opens a file or fetches an address.
func openCalendar(ctx context.Context, source string) (io.ReadCloser, error) {
	if scheme, rest, ok := strings.Cut(source, "://"); ok {
		switch strings.ToLower(scheme) {
		case "http", "https":
			return fetchCalendar(ctx, source)
		case "webcal", "webcals":
			return fetchCalendar(ctx, "https://"+rest)
		}
		return nil, fmt.Errorf("cannot fetch %s addresses: only http, https and webcal", scheme)
	}
	if source == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	return opened(source)
}

// fetchCalendar downloads a calendar. The deadline covers the body too; it ends when the body is closed. The address may be any that
// the operator can reach; another host that it sends us on to must be public, or it would choose what we ask in our own network.
func fetchCalendar(ctx context.Context, address string) (io.ReadCloser, error) {
	sentOn := false
	dialer := &net.Dialer{Timeout: importTimeout, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if !sentOn {
			return nil
		}
		return publicAddress(address)
	}}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, DisableKeepAlives: true} // each hop dials, and is judged
	client := &http.Client{
		Timeout: importTimeout, Transport: transport,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			sentOn = r.URL.Hostname() != via[0].URL.Hostname()
			if len(via) > importRedirects {
				return fmt.Errorf("more than %d redirects", importRedirects)
			}
			if r.URL.Scheme != "http" && r.URL.Scheme != "https" {
				return fmt.Errorf("a redirect to %s", r.URL.Scheme)
			}
			return nil
		},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "text/calendar, */*;q=0.5")
	r.Header.Set("User-Agent", "Groundswell")
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("fetch the calendar: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close()
		return nil, fmt.Errorf("fetch the calendar: the server answered %s", answer.Status)
	}
	// One byte more than the parser reads, so that it can say that there was more.
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, importBytes+1), answer.Body}, nil
}

// publicAddress refuses an address, as it is dialled, that is not one of the internet's.
func publicAddress(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("a redirect to %s", address)
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || netip.MustParsePrefix("100.64.0.0/10").Contains(ip) {
		return fmt.Errorf("a redirect to the private address %s", ip)
	}
	return nil
}

func printReport(out io.Writer, source string, r eventsvc.ImportReport) {
	for _, p := range r.Problems {
		where := source
		if p.Line > 0 {
			where = fmt.Sprintf("%s:%d", source, p.Line)
		}
		_, _ = fmt.Fprintf(out, "%s: %s\n", where, p.Message)
	}
	_, _ = fmt.Fprintf(out, "%d created, %d updated, %d unchanged, %d cancelled, %s\n", r.Created, r.Updated, r.Unchanged, r.Cancelled, counted(len(r.Problems), "problem"))
}
