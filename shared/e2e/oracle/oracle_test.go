package oracle_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/e2e/oracle"
)

func TestJudgeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	var l oracle.Ledger
	for _, key := range []string{"kept", "lost", "twice", "refused", "open", "open-and-there"} {
		l.Began(key)
	}
	for _, key := range []string{"kept", "lost", "twice"} {
		l.Acked(key, time.Second)
	}
	l.Refused("refused")
	require.Equal(t, oracle.Verdict{
		Lost: []string{"lost"}, Duplicated: []string{"twice"}, Refused: []string{"refused"}, Foreign: []string{"whose"},
	}, l.Judge(map[string]int{"kept": 1, "twice": 2, "refused": 1, "open-and-there": 1, "whose": 1}))
	require.Error(t, l.Judge(map[string]int{"kept": 1}).Err())
	require.NoError(t, l.Judge(map[string]int{"kept": 1, "lost": 1, "twice": 1, "open": 1}).Err())
}

func TestTheLedgerRefusesAClientThatLies(t *testing.T) {
	t.Parallel()
	var l oracle.Ledger
	l.Began("a")
	require.Panics(t, func() { l.Began("a") })
	require.Panics(t, func() { l.Acked("b", 0) })
}
