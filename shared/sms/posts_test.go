package sms_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/sms"
)

// The example of the provider's documentation.
func TestSignature(t *testing.T) {
	t.Parallel()
	c, err := sms.New("https://AC1:12345@api.example.com")
	require.NoError(t, err)
	const address = "https://mycompany.com/myapp.php?foo=1&bar=2"
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"},
	}
	const signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
	require.Equal(t, signature, c.Sign(address, form))
	require.True(t, c.Signed(address, form, signature))
	for name, forged := range map[string]string{"none": "", "another": "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "longer": signature + "=", "of nothing": c.Sign("", nil)} {
		require.False(t, c.Signed(address, form, forged), name)
	}
	require.False(t, c.Signed(address+"&x=1", form, signature))
	form.Set("To", "+18005551213")
	require.False(t, c.Signed(address, form, signature))
	other, err := sms.New("https://AC1:12346@api.example.com")
	require.NoError(t, err)
	require.NotEqual(t, c.Sign(address, form), other.Sign(address, form))
}

func TestWords(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]sms.Wish{
		"STOP": sms.Stop, "stop": sms.Stop, " Stop.\r\n": sms.Stop, "stop!!": sms.Stop, "“STOP”": sms.Stop, "stopall": sms.Stop, "Unsubscribe": sms.Stop, "end": sms.Stop,
		"quit": sms.Stop, "revoke": sms.Stop, "optout": sms.Stop, "opt-out": sms.Stop, "cancel": sms.Stop, "arret": sms.Stop, "arrêt": sms.Stop, "remove": sms.Stop, "td": sms.Stop,
		"arre\u0302t": sms.Stop, "ARRE\u0302T": sms.Stop, "ＳＴＯＰ": sms.Stop, "opt‑out": sms.Stop, "opt–out": sms.Stop, "opt\u00a0out": sms.Stop, "stop\u200b": sms.Stop,
		"start": sms.Start, "UNSTOP": sms.Start, "Yes!": sms.Yes, "help": sms.Help, "Info?": sms.Help,
		"": sms.Other, "!": sms.Other, "stop it": sms.Other, "stopp": sms.Other, "yes please": sms.Other, "ST\x00OP": sms.Other, "ok": sms.Other,
	} {
		wish, word := sms.Word(body)
		require.Equal(t, want, wish, "%q", body)
		require.Equal(t, want == sms.Other, word == "", "%q", body)
	}
	_, word := sms.Word(" stop. ")
	require.Equal(t, "STOP", word)
}

func FuzzWord(f *testing.F) {
	for _, s := range []string{"stop", " YES! ", "opt-out.", "\xffstop", "ſtop", "help me"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		wish, word := sms.Word(body)
		again, same := sms.Word(word)
		require.Equal(t, wish, again)
		require.Equal(t, word, same)
		around, _ := sms.Word(" \t" + body + "\r\n.")
		require.Equal(t, wish, around)
		if wish != sms.Other {
			require.LessOrEqual(t, len(word), 11)
			require.Equal(t, strings.ToUpper(word), word)
		}
	})
}
