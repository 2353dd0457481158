package events

import (
	"strings"
	"unicode/utf8"

	"groundswell/shared/fullstack"
	"groundswell/shared/orgs"
)

// RemindersIn opens the choice about reminders by the secret of its link.
type RemindersIn struct {
	Token string `json:"token"`
}

// SetRemindersIn stops the reminders of one organisation to one address, or lets them come again. Saying it again changes nothing.
type SetRemindersIn struct {
	Token   string `json:"token"`
	Stopped bool   `json:"stopped,omitempty"`
}

// ReminderChoice is what was chosen, and for whom.
type ReminderChoice struct {
	Stopped      bool              `json:"stopped"`
	Address      string            `json:"address"` // masked: whoever was sent on the mail must not learn it
	Organisation orgs.Organisation `json:"organisation"`
}

// The server functions of the choice about reminders.
var (
	GetReminders = fullstack.Query[RemindersIn, ReminderChoice]{Name: "events.reminders", Secret: true}
	SetReminders = fullstack.Command[SetRemindersIn, ReminderChoice]{Name: "events.set_reminders"}
)

// MaskEmail is an address of which its owner knows which it is: a***@example.org.
func MaskEmail(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	_, size := utf8.DecodeRuneInString(local)
	return local[:size] + "***@" + domain
}
