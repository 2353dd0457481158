package messagesvc_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/dbtest"
	"groundswell/shared/fault"
	"groundswell/shared/messages"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
	"groundswell/shared/sms"
	"groundswell/shared/sms/smstest"
)

const (
	ours = "+12165550100"
	ada  = "+12165550123"
)

// texting is a bundle whose organisation texts.
type texting struct {
	*bundle
	provider *smstest.Server
	texter   messagesvc.Texter
	site     *messagesvc.Service // takes what the provider posts
}

func setupTexts(t *testing.T) *texting {
	t.Helper()
	b := &texting{bundle: setup(t), provider: smstest.New(t)}
	b.texter = b.provider.Client(t)
	b.site = messagesvc.New(messagesvc.Config{DB: dbtest.As(t, pgdb.Site), Now: b.now, Log: slog.New(slog.NewTextHandler(b.log, nil))})
	_, err := b.db.Exec(t.Context(), `update organizations set sms_number = $1`, ours)
	require.NoError(t, err)
	return b
}

func (b *texting) texts(with messagesvc.Texter) *messagesvc.Service {
	return messagesvc.New(messagesvc.Config{
		DB: b.db, Texter: with, Now: b.now, Log: slog.New(slog.NewTextHandler(b.log, nil)), Reports: "https://events.example.org/sms/status",
	})
}

func (b *texting) text(key string) messages.Text {
	return messages.Text{Key: key, Kind: "test.text", OrgID: b.org, To: ada, Body: "secret words"}
}

// textTo is one to the nth phone: a single one gets a few a day.
func (b *texting) textTo(n int) messages.Text {
	m := b.text(fmt.Sprint(n))
	m.To = fmt.Sprint("+1216556", 1000+n)
	return m
}

func (b *texting) id(key string) (id uuid.UUID) {
	b.t.Helper()
	require.NoError(b.t, b.db.QueryRow(b.t.Context(), `select id from deliveries where key = $1`, key).Scan(&id))
	return id
}

func (b *texting) one(sql string, args ...any) (out string) {
	b.t.Helper()
	require.NoError(b.t, b.db.QueryRow(b.t.Context(), sql, args...).Scan(&out))
	return out
}

func (b *texting) stopped() string {
	return b.one(`select coalesce(string_agg(o.slug, ' ' order by o.slug), '') from suppressions s join organizations o on o.id = s.org_id where s.channel = 'sms'`)
}

// texter lets a test stand between the service and the provider.
type texter func(ctx context.Context, t sms.Text) (string, error)

func (f texter) Send(ctx context.Context, t sms.Text) (string, error) { return f(ctx, t) }

func TestATextIsSentOncePerKeyFromTheOrganisationsNumber(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := b.texts(b.texter)
	for range 3 {
		require.NoError(t, svc.Text(t.Context(), b.text("k")))
	}
	require.Len(t, b.provider.Texts, 1)
	got := <-b.provider.Texts
	require.Equal(t, sms.Text{From: ours, To: ada, Body: "secret words", Status: "https://events.example.org/sms/status?delivery=" + b.id("k").String()}, got.Text)
	require.Equal(t, "sms sent "+got.ID, b.one(`select concat_ws(' ', channel, status, message_id) from deliveries`))
	require.NotContains(t, b.one(`select string_agg(d::text, ' ') from deliveries d`), "secret")
	require.NotContains(t, b.log.String(), "1216")
}

// Whatever moment a worker dies at, and however often the job runs again: the text goes once at most, and what may have gone is listed.
func TestATextGoesAtMostOnceOverCrashes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dying func(b *texting) messagesvc.Texter
		sent  int
		ends  string
	}{
		"before it asks": {func(*texting) messagesvc.Texter {
			return texter(func(context.Context, sms.Text) (string, error) { runtime.Goexit(); return "", nil })
		}, 0, "unknown"},
		"after the provider took it": {func(b *texting) messagesvc.Texter {
			return texter(func(ctx context.Context, m sms.Text) (string, error) {
				_, err := b.texter.Send(ctx, m)
				require.NoError(b.t, err)
				runtime.Goexit()
				return "", nil
			})
		}, 1, "unknown"},
		"while the database is away": {func(b *texting) messagesvc.Texter {
			return texter(func(ctx context.Context, m sms.Text) (string, error) {
				id, err := b.texter.Send(ctx, m)
				_, lost := dbtest.New(b.t).Exec(ctx, `alter table deliveries rename to gone`)
				require.NoError(b.t, lost)
				return id, err
			})
		}, 1, "unknown"},
		"never": {func(b *texting) messagesvc.Texter { return b.texter }, 1, "sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setupTexts(t)
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = b.texts(c.dying(b)).Text(t.Context(), b.text("k"))
			}()
			<-done
			_, err := dbtest.New(b.t).Exec(t.Context(), `alter table if exists gone rename to deliveries`)
			require.NoError(t, err)
			svc := b.texts(b.texter)
			for range 5 {
				_ = svc.Text(t.Context(), b.text("k"))
				b.pass(time.Minute)
			}
			require.NoError(t, svc.Text(t.Context(), b.text("k")), "nothing is left to do")
			require.Len(t, b.provider.Texts, c.sent)
			require.Equal(t, c.ends, b.one(`select status from deliveries`))
			doubts, err := svc.Unknown(t.Context())
			require.NoError(t, err)
			require.Equal(t, c.ends == "unknown", len(doubts) == 1)
			if len(doubts) == 1 {
				require.Equal(t, "sms", doubts[0].Channel)
			}
		})
	}
}

// A worker that is stopped ends the contexts of its jobs at any moment.
func TestATextThatIsGivenUpMidwayIsNotInDoubt(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := b.texts(b.texter)
	const texts = 100
	for i := range texts {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i*30)*time.Microsecond)
		_ = svc.Text(ctx, b.textTo(i))
		cancel()
	}
	require.Equal(t, "0", b.one(`select count(*)::text from deliveries where status not in ('pending', 'sent')`))
	for i := range texts {
		require.NoError(t, svc.Text(t.Context(), b.textTo(i)))
	}
	require.Len(t, b.provider.Texts, texts)
}

func TestRacingWorkersTextOnce(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() { _ = b.texts(b.texter).Text(t.Context(), b.textTo(i%6)) })
	}
	wg.Wait()
	require.Len(t, b.provider.Texts, 6)
}

func TestOutcomesOfTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, code   int
		again          bool
		ledger, reason string
	}{
		{429, 20429, true, "pending", "refused 20429"},
		{401, 20003, true, "pending", "refused 20003"},
		{400, 21211, false, "failed", "refused 21211"},
		{400, 21610, false, "failed", "refused 21610"},
		{503, 20503, false, "unknown", "answer 503"},
		{0, 0, false, "unknown", "answer"},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.code), func(t *testing.T) {
			t.Parallel()
			b := setupTexts(t)
			svc := b.texts(b.texter)
			if b.provider.Refuse(c.status, c.code); c.status == 0 {
				b.provider.HangUp()
			}
			err := svc.Text(t.Context(), b.text("k"))
			require.Equal(t, c.again, err != nil, err)
			status, reason, _ := b.row("k")
			require.Equal(t, []string{c.ledger, c.reason}, []string{status, reason})
			kept := len(b.provider.Texts)
			b.provider.Heal()
			b.pass(time.Hour)
			require.NoError(t, svc.Text(t.Context(), b.text("k")))
			if c.again {
				kept++
			}
			require.Len(t, b.provider.Texts, kept, "only what surely did not go is tried again")
			require.NotContains(t, b.log.String(), "1216")
			require.Equal(t, map[bool]string{true: "tremont"}[c.code == 21610], b.stopped())
			if c.code == 21610 {
				require.NoError(t, svc.Text(t.Context(), b.text("another")))
				require.Len(t, b.provider.Texts, kept)
				require.Equal(t, "opt_out provider "+ada, b.one(`select concat_ws(' ', status, method, address) from consents`))
			}
		})
	}
}

func TestNobodyIsTextedWhoMayNotBe(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc, ctx := b.texts(b.texter), t.Context()
	other := orgs.ID{UUID: uuid.Must(uuid.NewV7())}
	_, err := b.db.Exec(ctx, `insert into organizations (id, slug, name) values ($1, 'harbor', 'Harbor')`, other.UUID)
	require.NoError(t, err)
	ended := func(key string, svc *messagesvc.Service, change func(*messages.Text)) string {
		m := b.text(key)
		change(&m)
		require.NoError(t, svc.Text(ctx, m))
		status, reason, _ := b.row(key)
		return strings.TrimSpace(status + " " + reason)
	}
	require.Equal(t, "failed no number", ended("1", svc, func(m *messages.Text) { m.OrgID = other }))
	require.Equal(t, "failed no provider", ended("2", b.texts(nil), func(*messages.Text) {}))

	require.NoError(t, b.keep(messagesvc.NewOptOuts(b.now).OptOut, b.org, "ada@example.com", messages.Reminders))
	reminder := func(m *messages.Text) { m.Scope, m.Email = messages.Reminders, "Ada@example.com" }
	require.Equal(t, "failed suppressed", ended("3", svc, reminder))
	require.Equal(t, "sent", ended("4", svc, func(m *messages.Text) { m.Scope, m.Email = messages.Reminders, "eve@example.com" }))
	require.Equal(t, "sent", ended("5", svc, func(m *messages.Text) { m.Scope = messages.Reminders }))

	b.suppress(ada, &b.org.UUID)
	require.Equal(t, "sent", ended("6", svc, func(*messages.Text) {}), "that is about mail")
	_, err = b.db.Exec(ctx, `update suppressions set channel = 'sms'`)
	require.NoError(t, err)
	require.Equal(t, "failed suppressed", ended("7", svc, func(*messages.Text) {}))
	require.Equal(t, "sent", ended("8", svc, func(m *messages.Text) { m.To = "+12165550124" }))
}

// What is found out between two attempts counts.
func TestARefusalBeforeTheClaimWins(t *testing.T) {
	t.Parallel()
	for reason, sql := range map[string]string{
		"suppressed": `insert into suppressions (id, org_id, channel, address_hash, reason, created_at) select gen_random_uuid(), id, 'sms', sha256('+12165550123'), 'stopped', now() from organizations`,
		"no number":  `update organizations set sms_number = null`,
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			b := setupTexts(t)
			svc := b.texts(b.texter)
			b.provider.Refuse(429, 20429)
			require.Error(t, svc.Text(t.Context(), b.text("k")))
			b.provider.Heal()
			_, err := b.db.Exec(t.Context(), sql)
			require.NoError(t, err)
			require.NoError(t, svc.Text(t.Context(), b.text("k")))
			require.Empty(t, b.provider.Texts)
			_, got, _ := b.row("k")
			require.Equal(t, reason, got)
		})
	}
}

func TestTheLineOfANumberCountsSegments(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := messagesvc.New(messagesvc.Config{DB: b.db, Mailer: b.mailer, Texter: b.texter, Now: b.now, Log: slog.New(slog.DiscardHandler), PerNumber: 30, PerDomain: 8})
	long := b.text("long")
	long.Body = strings.Repeat("a", 320)
	require.NoError(t, svc.Text(t.Context(), long))
	require.EqualError(t, svc.Text(t.Context(), b.text("2")), "again in 6s", "three segments")
	require.EqualError(t, svc.Text(t.Context(), b.text("3")), "again in 8s")
	mail := b.message("mail")
	mail.To = "ada@" + ours
	require.NoError(t, svc.Deliver(t.Context(), mail), "a domain of that name stands in no line of texts")
	b.pass(6 * time.Second)
	require.NoError(t, svc.Text(t.Context(), b.text("2")))
	require.EqualError(t, svc.Text(t.Context(), b.text("3")), "again in 2s")
	require.Equal(t, ours+" @"+ours, b.one(`select string_agg(domain, ' ' order by length(domain)) from mail_domains`))
}

// Whoever types somebody else's number into form after form has them texted a few times, and no more.
func TestANumberGetsAFewTextsADayFromAnOrganisation(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	_, err := b.db.Exec(t.Context(), `insert into organizations (id, slug, name, sms_number) values (gen_random_uuid(), 'harbor', 'Harbor', $1)`, theirs)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() { _ = b.texts(b.texter).Text(t.Context(), b.text(fmt.Sprint(i))) })
	}
	wg.Wait()
	require.Len(t, b.provider.Texts, messages.MostTexts, "however many workers there are")
	require.Equal(t, "15", b.one(`select count(*)::text from deliveries where status = 'failed' and reason = 'too many'`))
	svc := b.texts(b.texter)
	send := func(key string, change func(*messages.Text)) bool {
		before, m := len(b.provider.Texts), b.text(key)
		change(&m)
		require.NoError(t, svc.Text(t.Context(), m))
		return len(b.provider.Texts) > before
	}
	require.True(t, send("another number", func(m *messages.Text) { m.To = "+12165550124" }))
	require.True(t, send("another organisation", func(m *messages.Text) {
		require.NoError(t, b.db.QueryRow(t.Context(), `select id from organizations where slug = 'harbor'`).Scan(&m.OrgID.UUID))
	}))
	b.pass(23 * time.Hour)
	require.False(t, send("later", func(*messages.Text) {}))
	b.pass(2 * time.Hour)
	for i := range messages.MostTexts {
		require.True(t, send(fmt.Sprint("tomorrow", i), func(*messages.Text) {}))
	}
	require.False(t, send("and no more", func(*messages.Text) {}))
}

// The crowd of a large event is more than its number may send in half an hour: who gets none is known at once, and holds up nobody.
func TestATextWhoseTurnComesTooLateIsCountedAndTakesNoPlace(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	ended := map[string]int{}
	svc := messagesvc.New(messagesvc.Config{
		DB: b.db, Texter: b.texter, Now: b.now, Log: slog.New(slog.DiscardHandler), PerNumber: 30, Observe: func(_, status string) { ended[status]++ },
	})
	till := b.now().Add(5 * time.Second)
	for i := range 10 { // one in two seconds: now, in 2 and in 4
		m := b.textTo(i)
		m.Till = till
		require.Equal(t, i == 1 || i == 2, svc.Text(t.Context(), m) != nil, i)
	}
	require.Equal(t, map[string]int{"sent": 1, "too late": 7}, ended)
	require.Equal(t, "7", b.one(`select count(*)::text from deliveries where status = 'failed' and reason = 'too late'`))
	require.EqualError(t, svc.Text(t.Context(), b.textTo(20)), "again in 6s", "the next after those that are sent")
	b.pass(4 * time.Second)
	for i := range 10 {
		m := b.textTo(i)
		m.Till = till
		require.NoError(t, svc.Text(t.Context(), m))
	}
	require.Len(t, b.provider.Texts, 3)
}

// What waited and was given up, because the sign-up was cancelled meanwhile, ends as silently as it waited: its number goes all the same.
func TestTheNumberOfATextThatWaitsForEverIsErased(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := b.texts(b.texter)
	b.provider.Refuse(429, 0)
	require.Error(t, svc.Text(t.Context(), b.text("k")))
	n, err := svc.EraseRecipients(t.Context(), b.now().Add(time.Minute))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NotContains(t, b.one(`select string_agg(d::text, ' ') from deliveries d`), ada)
	b.provider.Heal()
	require.NoError(t, svc.Text(t.Context(), b.text("k")))
	require.Equal(t, ada, (<-b.provider.Texts).To, "its job knows it still")
}

func TestATextThatCannotBeSentIsInvalid(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	m := b.text("k")
	m.To = "216 555 0123"
	require.ErrorIs(t, b.texts(b.texter).Text(t.Context(), m), fault.New(fault.Invalid, ""))
}

func TestNumbersAreErasedAsAddressesAre(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := b.texts(b.texter)
	require.NoError(t, svc.Text(t.Context(), b.text("k")))
	n, err := svc.EraseRecipients(t.Context(), b.now().Add(time.Minute))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NotContains(t, b.one(`select string_agg(d::text, ' ') from deliveries d`), ada)
	got := <-b.provider.Texts
	require.NoError(t, b.site.Told(t.Context(), messagesvc.Report{Delivery: b.id("k"), ID: got.ID, Status: "undelivered", Code: 21610}))
	require.Equal(t, "tremont", b.stopped(), "its hash still suppresses")
	require.NoError(t, svc.Text(t.Context(), b.text("another")))
	require.Empty(t, b.provider.Texts)
}
