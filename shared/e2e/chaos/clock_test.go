package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/fullstack"
	"groundswell/shared/id"
	"groundswell/shared/jobs"
	"groundswell/shared/mail"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
)

// host is a process whose clock is wrong and jumps: its services run here, because a program's own clock cannot be set.
type host struct {
	offset atomic.Int64 // nanoseconds
	events *eventsvc.Service
}

func (h *host) now() time.Time { return time.Now().Add(time.Duration(h.offset.Load())) }

func (s *stack) host(d *pgdb.DB) *host {
	s.t.Helper()
	h := &host{}
	queue, err := jobs.NewClient(d)
	require.NoError(s.t, err)
	mailer, err := mail.New(s.smtp.URL, "hello@example.org", h.now)
	require.NoError(s.t, err)
	h.events, err = eventsvc.New(eventsvc.Config{
		DB: d, Signer: s.signer(), Now: h.now, Site: "http://events.example.org", Queue: queue, OptOuts: messagesvc.NewOptOuts(h.now),
		Images: s.blob("http://" + s.before.s3.addr),
		Mail:   messagesvc.New(messagesvc.Config{DB: d, Mailer: mailer, Now: h.now, Log: slog.New(slog.DiscardHandler)}),
	})
	require.NoError(s.t, err)
	return h
}

// F17: three hosts' clocks jump by up to ten minutes either way while people sign up and every mail's job runs on two hosts
// at once. Nothing is lost, done twice or sent twice, and doubt is listed.
func TestClocksJump(t *testing.T) {
	s := newStack(t)
	d, err := pgdb.Open(t.Context(), pgdb.Config{URL: s.pg.URL("groundswell"), Role: pgdb.Jobs, MaxConns: 16, App: "chaos-clocks"})
	require.NoError(t, err)
	t.Cleanup(d.Close)
	hosts := []*host{s.host(d), s.host(d), s.host(d)}
	dice := rand.New(rand.NewPCG(seedOf(t), 0))
	ctx, stop := context.WithCancel(context.Background())
	var jumping sync.WaitGroup
	jumping.Go(func() {
		for tick := time.NewTicker(5 * time.Millisecond); ctx.Err() == nil; <-tick.C {
			hosts[dice.IntN(len(hosts))].offset.Store(int64(time.Duration(dice.IntN(1200)-600) * time.Second))
		}
	})
	l := &load{s: s, shift: s.shift}
	var people sync.WaitGroup
	for w := range writers {
		people.Go(func() {
			for n := range 60 {
				l.signUpTwice(t, hosts, fmt.Sprintf("clock%d-%d@example.org", w, n))
			}
		})
	}
	people.Wait()
	s.sendTwice(hosts)
	stop()
	jumping.Wait()
	l.judge()
	require.Equal(t, 60*writers, s.count(`select count(*) from river_job where kind = 'events.confirm'`), "a job for each sign-up")
	s.exec(`update river_job set state = 'completed', finalized_at = now() where kind = 'events.confirm'`) // run here, not by River
	s.judgeMail(time.Minute)
}

// signUpTwice sends the same command to two hosts.
func (l *load) signUpTwice(t *testing.T, hosts []*host, email string) {
	t.Helper()
	shift, err := uuid.Parse(l.shift)
	if err != nil {
		panic(err)
	}
	ctx := fullstack.WithKey(context.Background(), uuid.NewString())
	in := events.RSVPIn{ShiftID: id.Of[events.Shift]{UUID: shift}, GivenName: "Chaos", FamilyName: "Clock", Email: email}
	l.signups.Began(email)
	began := time.Now()
	for range 2 {
		if _, err := hosts[rand.IntN(len(hosts))].events.RSVP(ctx, in); err != nil {
			t.Errorf("%s: %v", email, err)
			return
		}
	}
	l.signups.Attempt(false)
	l.signups.Acked(email, time.Since(began))
}

// sendTwice runs every mail's job on two hosts at once, until both say that nothing is left to do.
func (s *stack) sendTwice(hosts []*host) {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), `select args from river_job where kind = 'events.confirm'`)
	require.NoError(s.t, err)
	var asked []eventsvc.ConfirmArgs
	for rows.Next() {
		var b []byte
		var args eventsvc.ConfirmArgs
		require.NoError(s.t, rows.Scan(&b))
		require.NoError(s.t, json.Unmarshal(b, &args))
		asked = append(asked, args)
	}
	require.NoError(s.t, rows.Err())
	var both sync.WaitGroup
	room := make(chan struct{}, 8)
	for i, args := range asked {
		for n := range 2 {
			room <- struct{}{}
			both.Go(func() {
				defer func() { <-room }()
				for hosts[(i+n)%len(hosts)].events.SendConfirmation(context.Background(), args) != nil { // in hand elsewhere
					time.Sleep(time.Millisecond)
				}
			})
		}
	}
	both.Wait()
}
