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

func TestWhatWasAskedForTogetherIsThereWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	var l oracle.Ledger
	for _, key := range []string{"a", "b", "c"} {
		l.Began(key)
	}
	l.Together("a", "b", "c")
	require.NoError(t, l.Judge(map[string]int{}).Err())
	require.NoError(t, l.Judge(map[string]int{"a": 1, "b": 1, "c": 1}).Err())
	require.Equal(t, oracle.Verdict{Torn: []string{"a", "c"}}, l.Judge(map[string]int{"a": 1, "c": 1}))
	require.Error(t, l.Judge(map[string]int{"a": 1, "c": 1}).Err())
}

func TestTheLedgerRefusesAClientThatLies(t *testing.T) {
	t.Parallel()
	var l oracle.Ledger
	l.Began("a")
	require.Panics(t, func() { l.Began("a") })
	require.Panics(t, func() { l.Acked("b", 0) })
}

func TestStatesAreThosePromised(t *testing.T) {
	t.Parallel()
	var l oracle.Ledger
	l.Began("a")
	l.Asks("a", "waits", "seated")
	require.True(t, l.Told("a", "waits", "offered"), "what was asked")
	require.Empty(t, l.JudgeStates(map[string]string{"a": "offered"}), "what may follow by itself")
	require.Len(t, l.JudgeStates(map[string]string{"a": "seated"}), 1)
	l.Asks("a", "left")
	for _, open := range []string{"waits", "offered", "left"} {
		require.Empty(t, l.JudgeStates(map[string]string{"a": open}), "nobody knows yet")
	}
	require.True(t, l.Told("a", "left"))
	require.Equal(t, []string{"a is offered, not left"}, l.JudgeStates(map[string]string{"a": "offered"}))
	require.False(t, l.Told("a", "seated"), "nobody asked for that")
}
