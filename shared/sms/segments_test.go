package sms_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"groundswell/shared/sms"
)

func TestSegments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body string
		want int
	}{
		{"", 1}, {"Hello", 1},
		{strings.Repeat("a", 160), 1}, {strings.Repeat("a", 161), 2}, {strings.Repeat("a", 306), 2}, {strings.Repeat("a", 307), 3},
		{strings.Repeat("€", 80), 1}, {strings.Repeat("€", 81), 2}, {"a" + strings.Repeat("€", 80), 2},
		{strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3}, // what takes two is not cut
		{strings.Repeat("ł", 70), 1}, {strings.Repeat("ł", 71), 2}, {strings.Repeat("ł", 134), 2}, {strings.Repeat("ł", 135), 3},
		{strings.Repeat("a", 71) + "’", 2}, {strings.Repeat("😀", 35), 1}, {strings.Repeat("😀", 36), 2},
		{strings.Repeat("😀", 66), 2}, {strings.Repeat("😀", 67), 3}, // 33 in a segment of 67
		{"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà" + strings.Repeat("a", 100), 1},
		{"ç" + strings.Repeat("a", 100), 2}, // only the capital is of the alphabet
	} {
		require.Equal(t, c.want, sms.Segments(c.body), "%.20q, %d bytes", c.body, len(c.body))
	}
}

func TestPlainFitsTheAlphabet(t *testing.T) {
	t.Parallel()
	require.Equal(t, `You're "in" - 10-11 AM, see you... bye 'now'`, sms.Plain("You’re “in” — 10–11\u202fAM,\u00a0see you… bye ‘now’"))
	require.Equal(t, "Kraków", sms.Plain("Kraków"), "letters are somebody's name")
	require.Equal(t, 1, sms.Segments(sms.Plain(strings.Repeat("’", 160))))
}

func FuzzSegments(f *testing.F) {
	f.Add("See you at 10 AM")
	f.Add(strings.Repeat("€", 90))
	f.Add(strings.Repeat("😀", 90))
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, body string) {
		n, units := sms.Segments(body), len(utf16.Encode([]rune(body)))
		require.GreaterOrEqual(t, n, 1)
		require.LessOrEqual(t, n, 1+units/66, "no room is wasted but for a half of a pair")
		require.GreaterOrEqual(t, n*160, units)
		require.GreaterOrEqual(t, sms.Segments(body+"a"), n, "more is not less")
		require.Equal(t, sms.Plain(body), sms.Plain(sms.Plain(body)))
	})
}
