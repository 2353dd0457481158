package messages_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"groundswell/shared/messages"
	"groundswell/shared/orgs"
)

func TestANumberIsAPlusAndDigits(t *testing.T) {
	t.Parallel()
	for s, ok := range map[string]bool{
		"+12165550123": true, "+4930123456": true, "+1216555": true, "+123456789012345": true,
		"": false, "+": false, "12165550123": false, "+02165550123": false, "+1 216 555 0123": false, "+121655": false, "+1234567890123456": false, "+1216555０123": false,
	} {
		require.Equal(t, ok, messages.E164(s), s)
	}
}

func TestATextThatCannotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	good := messages.Text{Key: "k", Kind: "events.text", OrgID: orgs.ID{UUID: uuid.New()}, To: "+12165550123", Body: "Lake County: see you at 10:00 AM."}
	require.NoError(t, good.Validate())
	for name, spoil := range map[string]func(*messages.Text){
		"no key": func(m *messages.Text) { m.Key = "" }, "no kind": func(m *messages.Text) { m.Kind = "" }, "no number": func(m *messages.Text) { m.To = "216 555 0123" },
		"nobody's": func(m *messages.Text) { m.OrgID = orgs.ID{} }, "no words": func(m *messages.Text) { m.Body = "" },
		"too long": func(m *messages.Text) { m.Body = strings.Repeat("a", 1601) }, "another scope": func(m *messages.Text) { m.Scope = "all" },
	} {
		bad := good
		spoil(&bad)
		require.Error(t, bad.Validate(), name)
	}
}
