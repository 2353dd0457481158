package eventsvc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fault"
)

// One rule for the secret links of all pages and files: what is none of ours is not found, and of ours what has ended is gone.
func TestALinkThatIsNotOursIsNotFoundAndOneThatEndedIsGone(t *testing.T) {
	t.Parallel()
	b := hosting(t)
	b.join(b.shift(b.event("canvass", "Canvass"), hour, 20), "ada@example.org", "bob@example.org")
	slug, hosted := b.asks(supper())
	b.confirms(hosted)
	require.NoError(t, b.svc.ApproveHosting(t.Context(), "tremont", slug))
	b.cancel("bob@example.org")
	signup, nobody := b.signup("ada@example.org"), uuid.Must(uuid.NewV7())
	links := map[string]struct {
		purpose string
		open    func(token string) error
	}{
		"my": {"events.signup", func(token string) error {
			_, err := b.svc.GetSignup(t.Context(), events.SignupIn{Token: token})
			return err
		}},
		"cancel": {"events.signup", func(token string) error {
			_, err := b.svc.CancelRSVP(t.Context(), events.SignupIn{Token: token})
			return err
		}},
		"my file": {"events.signup", func(token string) error {
			_, err := b.svc.MySignup(t.Context(), events.SignupIn{Token: token})
			return err
		}},
		"my calendar": {"events.feed", func(token string) error {
			_, err := b.svc.MyCalendar(t.Context(), events.SignupIn{Token: token})
			return err
		}},
		"rate": {"events.rate", func(token string) error {
			_, err := b.svc.GetRating(t.Context(), events.RatingIn{Token: token})
			return err
		}},
		"reminders": {"events.reminders", func(token string) error {
			_, err := b.svc.GetReminders(t.Context(), events.RemindersIn{Token: token})
			return err
		}},
		"stop": {"events.reminders", func(token string) error {
			_, err := b.svc.SetReminders(t.Context(), events.SetRemindersIn{Token: token, Stopped: true})
			return err
		}},
		"hosting": {"events.hosting", func(token string) error {
			_, err := b.svc.GetHosting(t.Context(), events.HostingIn{Token: token})
			return err
		}},
		"confirm": {"events.hosting", func(token string) error {
			_, err := b.svc.ConfirmHosting(t.Context(), events.HostingIn{Token: token})
			return err
		}},
		"withdraw": {"events.hosting", func(token string) error {
			_, err := b.svc.CancelHosting(t.Context(), events.CancelHostingIn{Token: token})
			return err
		}},
	}
	for name, link := range links {
		good := b.sign.Token(link.purpose, signup)
		for kind, token := range map[string]string{
			"none": "", "garbage": "x\x00y", "cut off": good[:42], "too long": good + "A", "forged": strings.Repeat("B", 43), "another purpose": b.sign.Token("other", signup),
		} {
			require.Equal(t, fault.NotFound, code(link.open(token)), "%s: %s", name, kind)
		}
		require.Equal(t, fault.Gone, code(link.open(b.sign.Token(link.purpose, nobody))), "%s: deleted", name)
	}

	b.pass(3 * hour)
	require.NoError(t, links["rate"].open(b.sign.Token("events.rate", signup)))
	require.Equal(t, fault.Gone, code(links["rate"].open(b.sign.Token("events.rate", b.signup("bob@example.org")))), "not rated by who did not come")
	reminders := b.sign.Token("events.reminders", signup)
	b.pass(400 * 24 * time.Hour)
	_, err := b.work.EraseSignups(t.Context(), noon.AddDate(0, 0, 400))
	require.NoError(t, err)
	_, err = b.work.EraseHosts(t.Context(), noon.AddDate(0, 0, 400))
	require.NoError(t, err)
	for name, token := range map[string]string{
		"my": b.sign.Token("events.signup", signup), "my file": b.sign.Token("events.signup", signup), "my calendar": b.sign.Token("events.feed", signup),
		"rate": b.sign.Token("events.rate", signup), "reminders": reminders, "stop": reminders, "hosting": hosted, "withdraw": hosted,
	} {
		require.Equal(t, fault.Gone, code(links[name].open(token)), "%s: over and erased", name)
	}
}
