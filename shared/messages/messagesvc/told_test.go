package messagesvc_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/sms"
)

func (b *texting) stands() string {
	return b.one(`select concat_ws(' ', status, nullif(reason, ''), case when delivered_at is not null then 'on the phone' end) from deliveries`)
}

func TestTheProvidersReportsSettleATextInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, said, want string
	}{
		{"sent", "queued sent delivered", "sent on the phone"},
		{"sent", "delivered sent queued delivered", "sent on the phone"},
		{"sent", "sent undelivered", "failed undelivered 30005"},
		{"sent", "undelivered sent delivered undelivered", "failed undelivered 30005"},
		{"sent", "delivered undelivered", "sent on the phone"},
		{"sent", "received nonsense", "sent"},
		{"unknown", "queued", "sent"},
		{"unknown", "delivered", "sent on the phone"},
		{"unknown", "failed", "failed failed 30005"},
		{"unknown", "nonsense", "unknown lost"},
		{"failed", "sent delivered", "failed refused 21211"},
		{"pending", "sent", "sent"},
	} {
		t.Run(c.before+" "+c.said, func(t *testing.T) {
			t.Parallel()
			b := setupTexts(t)
			svc := b.texts(b.texter)
			switch c.before {
			case "sent":
				require.NoError(t, svc.Text(t.Context(), b.text("k")))
			case "unknown":
				done := make(chan struct{})
				go func() {
					defer close(done)
					defer func() { _ = recover() }()
					_ = b.texts(texter(func(context.Context, sms.Text) (string, error) { panic("dies") })).Text(t.Context(), b.text("k"))
				}()
				<-done
				b.pass(time.Hour)
				_, err := svc.SweepLost(t.Context())
				require.NoError(t, err)
			case "failed":
				b.provider.Refuse(400, 21211)
				require.NoError(t, svc.Text(t.Context(), b.text("k")))
			case "pending":
				b.provider.Refuse(429, 0)
				require.Error(t, svc.Text(t.Context(), b.text("k")))
			}
			b.provider.Heal()
			report := messagesvc.Report{Delivery: b.id("k"), ID: b.one(`select coalesce(nullif(message_id, ''), 'SMlate') from deliveries`)}
			for word := range strings.FieldsSeq(c.said) {
				if report.Status, report.Code = word, 0; word == "undelivered" || word == "failed" {
					report.Code = 30005
				}
				require.NoError(t, b.site.Told(t.Context(), report))
			}
			require.Equal(t, c.want, b.stands())
			before := len(b.provider.Texts)
			if c.before != "unknown" || c.want != "unknown lost" {
				require.NoError(t, svc.Text(t.Context(), b.text("k")))
				require.Len(t, b.provider.Texts, before, "never sent again")
			}
		})
	}
}

// However reports are mixed up, a text whose phone has it was sent, and one that failed stays so.
func TestAnyMixOfReportsKeepsTheLedgerWhole(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := b.texts(b.texter)
	require.NoError(t, svc.Text(t.Context(), b.text("k")))
	report := messagesvc.Report{Delivery: b.id("k"), ID: (<-b.provider.Texts).ID}
	words := []string{"queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled", "read", "", "pending"}
	ended := ""
	for range 60 {
		report.Status = words[rand.IntN(len(words))]
		require.NoError(t, b.site.Told(t.Context(), report))
		now := b.stands()
		if ended == "" && now != "sent" {
			ended = now
		}
		if ended != "" {
			require.Equal(t, ended, now)
		}
	}
}

// The provider may post before it has answered.
func TestAReportDuringTheAttemptAgreesWithIt(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := b.texts(texter(func(ctx context.Context, m sms.Text) (string, error) {
		require.NoError(t, b.site.Told(ctx, messagesvc.Report{Delivery: b.id("k"), ID: "SM1", Status: "delivered"}))
		return "SM1", nil
	}))
	require.NoError(t, svc.Text(t.Context(), b.text("k")))
	require.Equal(t, "sent on the phone", b.stands())
	require.Empty(t, b.log.String())
}

func TestAReportAboutNothingOfOursIsNotFound(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	svc := b.texts(b.texter)
	require.NoError(t, svc.Text(t.Context(), b.text("k")))
	mails := b.service(b.mailer)
	require.NoError(t, mails.Deliver(t.Context(), b.message("mail")))
	for name, r := range map[string]messagesvc.Report{
		"no such":      {Delivery: uuid.New(), ID: "SM1", Status: "failed"},
		"a mail":       {Delivery: b.id("mail"), ID: "SM1", Status: "failed"},
		"another text": {Delivery: b.id("k"), ID: "SM999", Status: "failed", Code: 21610},
		"no name":      {Delivery: b.id("k"), Status: "failed"},
	} {
		require.ErrorIs(t, b.site.Told(t.Context(), r), fault.New(fault.NotFound, ""), name)
	}
	require.Equal(t, "sent sent", b.one(`select string_agg(status, ' ') from deliveries`))
	require.Empty(t, b.stopped())
}

// takes says what the service answers to a text to the number.
func (b *texting) takes(id, from, to, body string) string {
	b.t.Helper()
	answer, err := b.site.Inbound(b.t.Context(), messagesvc.Inbound{ID: id, From: from, To: to, Body: body})
	require.NoError(b.t, err)
	return answer
}

func (b *texting) consents() string {
	return b.one(`select coalesce(string_agg(concat_ws(' ', o.slug, c.status, c.method, c.wording), ', ' order by c.created_at, c.id), '') from consents c join organizations o on o.id = c.org_id`)
}

const theirs = "+12165550200"

func (b *texting) harbor() {
	b.t.Helper()
	_, err := b.db.Exec(b.t.Context(), `insert into organizations (id, slug, name, website, sms_number)
		values (gen_random_uuid(), 'harbor', 'Harbor “Votes” & <Co>', 'https://harbor.example', $1)`, theirs)
	require.NoError(b.t, err)
}

func TestStopEndsTheTextsOfThatOrganisationOnly(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	b.harbor()
	require.Equal(t, "Tremont: you will get no more texts from us. Reply START to get them again.", b.takes("1", ada, ours, " Stop. "))
	require.Equal(t, "tremont", b.stopped())
	require.Equal(t, "tremont opt_out keyword STOP", b.consents())
	require.NoError(t, b.texts(b.texter).Text(t.Context(), b.text("k")))
	require.Empty(t, b.provider.Texts)
	other := b.text("other")
	require.NoError(t, b.db.QueryRow(t.Context(), `select id from organizations where slug = 'harbor'`).Scan(&other.OrgID.UUID))
	require.NoError(t, b.texts(b.texter).Text(t.Context(), other))
	require.Equal(t, theirs, (<-b.provider.Texts).From)

	b.pass(time.Minute)
	require.Equal(t, "Harbor \"Votes\" & <Co>: you can get texts from us again. Reply STOP to stop them, HELP for help.", b.takes("2", ada, theirs, "start"))
	require.Equal(t, "tremont", b.stopped(), "another organisation's")
	require.Contains(t, b.takes("3", ada, ours, "UNSTOP"), "again")
	require.Empty(t, b.stopped())
	require.NotContains(t, b.log.String(), "1216")
}

// People answer a text of yesterday, whatever the organisation texts from today, if it does.
func TestAStopToANumberOfBeforeCounts(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	_, err := b.db.Exec(t.Context(), `update organizations set sms_number = null, former_sms_numbers = array[$1]`, ours)
	require.NoError(t, err)
	b.takes("1", ada, ours, "STOP")
	require.Equal(t, "tremont", b.stopped())
	b.harbor()
	_, err = b.db.Exec(t.Context(), `update organizations set sms_number = '+12165550101' where slug = 'tremont'`)
	require.NoError(t, err)
	require.NoError(t, b.texts(b.texter).Text(t.Context(), b.text("k")))
	require.Empty(t, b.provider.Texts)
	b.pass(time.Minute)
	b.takes("2", ada, ours, "START")
	require.Empty(t, b.stopped())
}

// An organisation may have its provider take words of its own for a STOP.
func TestWhatTheProviderTookForAStopIsOne(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	says := func(id, body, optOut string) {
		answer, err := b.texts(b.texter).Inbound(t.Context(), messagesvc.Inbound{ID: id, From: ada, To: ours, Body: body, OptOut: optOut, Answered: optOut != ""})
		require.NoError(t, err)
		require.Empty(t, answer)
	}
	says("1", "PARAR", "STOP")
	require.Equal(t, "tremont", b.stopped())
	b.pass(time.Minute)
	says("2", "seguir", "START")
	require.Empty(t, b.stopped())
	says("3", "ayuda", "HELP")
	says("4", "nothing", "")
	require.Equal(t, "tremont opt_out keyword STOP, tremont opt_in keyword START", b.consents())
}

// What answers by itself says STOP to our answer, too: the second is one text too many, and the two would never end.
func TestASecondStopIsNotAnswered(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	require.NotEmpty(t, b.takes("1", ada, ours, "STOP"))
	for _, id := range []string{"2", "3", "2"} {
		b.pass(time.Minute)
		require.Empty(t, b.takes(id, ada, ours, "STOP"))
	}
	require.Equal(t, "tremont opt_out keyword STOP, tremont opt_out keyword STOP, tremont opt_out keyword STOP", b.consents(), "all are kept")
	b.takes("4", ada, ours, "START")
	b.pass(time.Minute)
	require.NotEmpty(t, b.takes("5", ada, ours, "STOP"))
	require.Equal(t, "tremont", b.stopped())
}

func TestYesIsTheAnswerToAQuestionUnlessSomebodyHadStopped(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	require.Empty(t, b.takes("1", ada, ours, "YES"))
	require.Empty(t, b.consents())
	b.takes("2", ada, ours, "STOP")
	b.pass(time.Minute)
	require.Contains(t, b.takes("3", ada, ours, "Yes!"), "again")
	require.Empty(t, b.stopped())
	require.Equal(t, "tremont opt_out keyword STOP, tremont opt_in keyword YES", b.consents())
}

func TestHelpSaysWhoAndHowToStopAndOtherWordsGetNoAnswer(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	b.harbor()
	help := b.takes("1", ada, theirs, "help")
	for _, part := range []string{`Harbor "Votes"`, "STOP", "https://harbor.example"} {
		require.Contains(t, help, part)
	}
	require.Empty(t, b.takes("2", ada, ours, "I cannot stop thinking of it"))
	require.Empty(t, b.takes("3", ada, ours, ""))
	require.Empty(t, b.consents())
	require.Empty(t, b.stopped())
}

// A post that comes again, perhaps days later, takes back nothing that was said since.
func TestATextThatIsPostedAgainChangesNothing(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	b.takes("1", ada, ours, "STOP")
	require.Contains(t, b.takes("1", ada, ours, "STOP"), "no more texts", "its first answer was lost")
	b.pass(time.Minute)
	b.takes("2", ada, ours, "START")
	b.takes("1", ada, ours, "STOP")
	require.Empty(t, b.stopped())
	b.pass(time.Minute)
	b.takes("3", ada, ours, "STOP")
	b.takes("2", ada, ours, "START")
	require.Equal(t, "tremont", b.stopped())
	require.Equal(t, "tremont opt_out keyword STOP, tremont opt_in keyword START, tremont opt_out keyword STOP", b.consents())
}

func TestAConsentSaysWhoseNumberItIs(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	contact := uuid.New()
	_, err := b.db.Exec(t.Context(), `insert into contacts (id, org_id, email, source, created_at, updated_at) values ($1, $2, 'ada@example.com', 'event', now(), now())`, contact, b.org.UUID)
	require.NoError(t, err)
	_, err = b.db.Exec(t.Context(), `insert into consents (id, org_id, contact_id, channel, address, address_hash, status, method, wording, ip, created_at)
		values (gen_random_uuid(), $1, $2, 'sms', $3, sha256(convert_to($3, 'UTF8')), 'opt_in', 'form', 'Text me.', '192.0.2.1', $4)`, b.org.UUID, contact, ada, b.now())
	require.NoError(t, err)
	b.pass(time.Minute)
	b.takes("1", ada, ours, "STOP")
	require.Equal(t, contact.String(), b.one(`select contact_id::text from consents where status = 'opt_out'`))

	kept := func() string {
		return b.one(`select string_agg(concat_ws(' ', status, address, host(ip)), ', ' order by created_at) from consents`)
	}
	svc := b.texts(b.texter)
	n, err := svc.EraseConsents(t.Context(), b.now().Add(-time.Hour))
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, "opt_in "+ada+" 192.0.2.1, opt_out "+ada, kept())
	n, err = svc.EraseConsents(t.Context(), b.now().Add(-time.Second))
	require.NoError(t, err)
	require.EqualValues(t, 1, n, "the older")
	_, err = b.db.Exec(t.Context(), `update contacts set email = ''`)
	require.NoError(t, err)
	n, err = svc.EraseConsents(t.Context(), b.now().Add(-time.Hour))
	require.NoError(t, err)
	require.EqualValues(t, 1, n, "the one of the contact that was erased")
	require.Equal(t, "opt_in , opt_out ", kept())
	require.Equal(t, "2", b.one(`select count(*)::text from consents where address_hash = sha256('+12165550123')`), "that it was given stays")
}

func TestTextsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	b := setupTexts(t)
	for name, c := range map[string]struct {
		in   messagesvc.Inbound
		code fault.Code
	}{
		"no such number": {messagesvc.Inbound{ID: "1", From: ada, To: "+12165550999", Body: "STOP"}, fault.NotFound},
		"no name":        {messagesvc.Inbound{From: ada, To: ours, Body: "STOP"}, fault.Malformed},
		"no sender":      {messagesvc.Inbound{ID: "1", To: ours, Body: "STOP"}, fault.Malformed},
		"a word":         {messagesvc.Inbound{ID: "1", From: "BANK", To: ours, Body: "STOP"}, fault.Malformed},
		"nothing at all": {messagesvc.Inbound{ID: "1", From: ada + "\x00", To: ours, Body: "STOP"}, fault.Malformed},
	} {
		_, err := b.site.Inbound(t.Context(), c.in)
		require.ErrorIs(t, err, fault.New(c.code, ""), name)
	}
	answer, err := b.site.Inbound(t.Context(), messagesvc.Inbound{ID: "1", From: ada, To: ours, Body: "STOP", Answered: true})
	require.NoError(t, err)
	require.Empty(t, answer)
	require.Equal(t, "tremont", b.stopped())
}
