package pages

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
	"groundswell/shared/fullstack/fullstacktest"
)

func TestTheRatingFormTakesTheLinksStarsAndThoseSaidBefore(t *testing.T) {
	t.Parallel()
	d := RateData{Params: RateParams{Token: "secret"}, Rating: rating()}
	p := fullstacktest.View(t, Rate.View(d))
	require.False(t, p.Has("[name=stars][checked]"), "nothing is proposed by itself")
	require.Equal(t, "post", p.Attr("form#rate", "method"))
	require.Equal(t, "secret", p.Attr("form#rate [name=token]", "value"))
	require.Equal(t, "5 stars: Wonderful", p.Text("fieldset label .choice-card-title")[len("★★★★★ "):])

	d.Rating.Stars, d.Rating.Comment, d.Params.Said = 2, "Too <cold>", true
	p = fullstacktest.View(t, Rate.View(d))
	require.Equal(t, "2", p.Attr("[name=stars][checked]", "value"))
	require.Equal(t, "Too <cold>", p.Text("textarea"))
	require.Contains(t, p.Text("#said"), "Thank you, Sam")
	d.Params.Stars = 5
	require.Equal(t, "5", fullstacktest.View(t, Rate.View(d)).Attr("[name=stars][checked]", "value"))
	d.Params.Stars = 99
	require.Equal(t, "2", fullstacktest.View(t, Rate.View(d)).Attr("[name=stars][checked]", "value"))
}

func TestMyPageSaysWhichMailsCome(t *testing.T) {
	t.Parallel()
	d := MyData{Signup: signup()}
	p := fullstacktest.View(t, MySignup.View(d))
	require.Equal(t, "We remind you on Friday, November 27 at 11:00 AM EST", p.Text("#reminders li"))
	require.Equal(t, "We ask you how it was on Saturday, November 28 at 2:00 PM EST", p.Find("#reminders li").Last().Text())

	require.Equal(t, "/reminders/other", p.Attr("a[href^='/reminders/']", "href"))

	d.Signup.Reminders = nil
	d.Signup.RemindersStopped = true
	p = fullstacktest.View(t, MySignup.View(d))
	require.Contains(t, p.Text("#reminders"), "no reminders from Rivera for Ohio")
	require.Equal(t, "/reminders/other", p.Attr("#reminders a", "href"))
	d.Signup.RemindersStopped = false
	require.Contains(t, fullstacktest.View(t, MySignup.View(d)).Text("#reminders"), "No reminders are left")
	d.Signup.Event.Status = events.Postponed
	require.Contains(t, fullstacktest.View(t, MySignup.View(d)).Text("#reminders"), "new date")
	d.Signup.Status = events.SignupCancelled
	require.Equal(t, "You get no reminders for this event.", fullstacktest.View(t, MySignup.View(d)).Text("#reminders"))
}
