package eventsvc_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
	"groundswell/shared/events"
	"groundswell/shared/events/eventsvc"
	"groundswell/shared/messages"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
	"groundswell/shared/signedlink"
)

// noon is now in every test, a Monday in a New York winter.
var noon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// bundle is a service on a database of its own, as a site and as the workers have it, and hands to put things into it.
type bundle struct {
	t    testing.TB
	db   *pgdb.DB
	svc  *eventsvc.Service // of the site and its commands
	work *eventsvc.Service // of the workers: runs the jobs
	sign *signedlink.Signer
	org  uuid.UUID
	now  atomic.Int64 // seconds after noon
	mail outbox

	images  shelf
	noTexts bool // there is no provider of texts, once served again
}

func setup(t testing.TB) *bundle {
	t.Helper()
	b := &bundle{t: t, db: dbtest.New(t), images: shelf{}}
	var err error
	b.sign, err = signedlink.New(bytes.Repeat([]byte("k"), 32))
	require.NoError(t, err)
	b.serve(b.images)
	b.org = b.organisation("tremont", "Tremont Neighbors")
	return b
}

// serve makes the services, with that store of images.
func (b *bundle) serve(images eventsvc.Images) {
	b.svc, b.work = b.service(pgdb.Site, images), b.service(pgdb.Jobs, images)
}

func (b *bundle) service(role pgdb.Role, images eventsvc.Images) *eventsvc.Service {
	b.t.Helper()
	db := dbtest.As(b.t, role)
	client, err := river.NewClient(riverpgxv5.New(db.Pool), &river.Config{})
	require.NoError(b.t, err)
	svc, err := eventsvc.New(eventsvc.Config{
		DB: db, Signer: b.sign, Queue: queue{client}, OptOuts: messagesvc.NewOptOuts(time.Now), Mail: &b.mail, Images: images, Site: "https://events.example.org", NoTexts: b.noTexts,
		Now:      func() time.Time { return noon.Add(time.Duration(b.now.Load()) * time.Second) },
		ClientIP: func(context.Context) netip.Addr { return netip.MustParseAddr("192.0.2.7") },
	})
	require.NoError(b.t, err)
	return svc
}

type queue struct{ client *river.Client[pgx.Tx] }

func (q queue) Insert(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	_, err := q.client.InsertTx(ctx, tx, args, opts)
	return err
}

func (q queue) InsertMany(ctx context.Context, tx pgx.Tx, args []river.JobArgs) error {
	for _, a := range args {
		if _, err := q.client.InsertTx(ctx, tx, a, nil); err != nil {
			return err
		}
	}
	return nil
}

// outbox keeps what the service would send. It takes no calendar file with a person's own link: calendars are shared with others.
type outbox struct {
	sent  []messages.Message
	texts []messages.Text
}

func (o *outbox) Deliver(_ context.Context, m messages.Message) error {
	for _, a := range m.Attachments {
		if link := regexp.MustCompile(`/(my|rate|reminders|hosting)/[^\r\n\\]*`).FindString(unfold(a.Data)); link != "" {
			return fmt.Errorf("the calendar file of %s has the link %s", m.Key, link)
		}
	}
	o.sent = append(o.sent, m)
	return nil
}

// Text takes no secret link: phones are lost, and numbers change hands.
func (o *outbox) Text(_ context.Context, t messages.Text) error {
	if link := regexp.MustCompile(`/(my|rate|reminders|hosting)/`).FindString(t.Body); link != "" {
		return fmt.Errorf("the text %s has the link %s", t.Key, link)
	}
	o.texts = append(o.texts, t)
	return t.Validate()
}

func (b *bundle) pass(d time.Duration) { b.now.Add(int64(d / time.Second)) }

func (b *bundle) exec(sql string, args ...any) {
	b.t.Helper()
	_, err := b.db.Exec(b.t.Context(), sql, args...)
	require.NoError(b.t, err)
}

func (b *bundle) number(sql string, args ...any) (n int) {
	b.t.Helper()
	require.NoError(b.t, b.db.QueryRow(b.t.Context(), sql, args...).Scan(&n))
	return n
}

func (b *bundle) organisation(slug, name string) uuid.UUID {
	id := uuid.Must(uuid.NewV7())
	b.exec(`insert into organizations (id, slug, name, kind, paid_for_by, email) values ($1, $2, $3, 'campaign', $4, $5)`,
		id, slug, name, "Paid for by "+name, slug+"@example.org")
	return id
}

// event puts a published event of the organisation; set are more columns, such as "mode = 'online'".
func (b *bundle) event(slug, title string, set ...string) uuid.UUID {
	b.t.Helper()
	id := uuid.Must(uuid.NewV7())
	b.exec(`insert into events (id, org_id, org_name, slug, title, type, timezone, venue, line1, city, region, postal_code, country, published_at)
		select $1, id, name, $3, $4, 'canvass', 'America/New_York', 'Merrick House', '1050 Starkweather Ave', 'Cleveland', 'OH', '44113', 'US', $5
		from organizations where id = $2`, id, b.org, slug, title, noon.AddDate(0, 0, -7))
	for _, s := range set {
		b.exec("update events set "+s+" where id = $1", id)
	}
	return id
}

// shift puts a shift of two hours that starts so long after noon; a negative capacity is unlimited.
func (b *bundle) shift(event uuid.UUID, after time.Duration, capacity int) events.ShiftID {
	b.t.Helper()
	id := uuid.Must(uuid.NewV7())
	var limit *int
	if capacity >= 0 {
		limit = &capacity
	}
	b.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity)
		select $1, org_id, id, $3::timestamptz, $3::timestamptz + interval '2 hours', $4 from events where id = $2`,
		id, event, noon.Add(after), limit)
	return events.ShiftID{UUID: id}
}

func (b *bundle) rsvp(shift events.ShiftID, email string, guests int) (events.RSVPOut, error) {
	return b.svc.RSVP(b.t.Context(), form(shift, email, guests))
}

func form(shift events.ShiftID, email string, guests int) events.RSVPIn {
	return events.RSVPIn{ShiftID: shift, GivenName: "Ada", FamilyName: "Lovelace", Email: email, Guests: guests}
}

// token is the secret of the newest sign-up of an address.
func (b *bundle) token(email string) string {
	b.t.Helper()
	return b.sign.Token("events.signup", b.signup(email))
}

// feedToken is the secret of the calendar of the newest sign-up of an address.
func (b *bundle) feedToken(email string) string {
	b.t.Helper()
	return b.sign.Token("events.feed", b.signup(email))
}

func (b *bundle) signup(email string) (id uuid.UUID) {
	b.t.Helper()
	require.NoError(b.t, b.db.QueryRow(b.t.Context(),
		`select id from event_signups where lower(email) = lower($1) order by id desc limit 1`, email).Scan(&id))
	return id
}

func (b *bundle) taken(shift events.ShiftID) int {
	b.t.Helper()
	return b.number(`select taken from event_shifts where id = $1`, shift.UUID)
}

func (b *bundle) jobs(kind string) int {
	b.t.Helper()
	return b.number(`select count(*) from river_job where kind = $1`, kind)
}

func address(i int) string { return fmt.Sprintf("person%d@example.org", i) }
