package eventsvc

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
)

// mostWords bounds how many words of a search are looked up.
const mostWords = 8

// corrected is the question with each word and town that no listed event has replaced by the one spelled most like it.
// What is like nothing stays.
func corrected(ctx context.Context, q *db.Queries, in events.FindIn) (events.FindIn, error) {
	words := strings.FieldsFunc(strings.ToLower(in.Q), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	changed := false
	for i, word := range words {
		if i == mostWords {
			break
		}
		best, err := likest(ctx, q, "word", word)
		if err != nil {
			return in, err
		}
		words[i], changed = best, changed || best != word
	}
	if changed {
		in.Q = strings.Join(words, " ")
	}
	place, region := placeOf(in)
	best, err := likest(ctx, q, "town", place)
	if err != nil || best == place {
		return in, err
	}
	in.Place = title(best)
	if region != "" {
		in.Place += ", " + strings.ToUpper(region)
	}
	return in, nil
}

// likest is the known word that is spelled most like one, or the word itself when it is known, short, or like none.
func likest(ctx context.Context, q *db.Queries, kind, word string) (string, error) {
	if len(word) < 3 || len(word) > 60 {
		return word, nil
	}
	known, err := q.ListWordsLike(ctx, kind, word, pattern(word))
	if err != nil {
		return "", fmt.Errorf("find words like the ones asked: %w", err)
	}
	best, least := word, 0
	for _, k := range known {
		if k == word {
			return word, nil
		}
		distance := min(edits(word, k), 1+edits(bare(word), bare(k)))
		if strings.HasPrefix(k, word) {
			distance = 1
		}
		if distance <= tolerated(word) && (least == 0 || distance < least) {
			best, least = k, distance
		}
	}
	return best, nil
}

// tolerated is how many slips of the finger a word may have: longer ones have room for more.
func tolerated(word string) int { return min(3, max(1, (len(word)-1)/3)) }

// bare is a word without the ending that inflects it: a search for canvasing means canvass.
func bare(word string) string {
	for _, ending := range []string{"ing", "ers", "ed", "er", "s"} {
		if short, ok := strings.CutSuffix(word, ending); ok && len(short) >= 4 {
			return short
		}
	}
	return word
}

// edits is the number of letters left out, put in, exchanged or swapped with their neighbour that makes b of a (optimal string
// alignment distance).
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}

// title writes a town's name as names are written.
func title(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		r, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(r)) + w[size:]
	}
	return strings.Join(words, " ")
}

// TidyWords forgets the words that no listed event has any more. They are never suggested, tidied or not.
func (s *Service) TidyWords(ctx context.Context) error {
	if err := s.q.ForgetWords(ctx); err != nil {
		return fmt.Errorf("forget words: %w", err)
	}
	if err := s.q.LearnWords(ctx); err != nil {
		return fmt.Errorf("learn words: %w", err)
	}
	return nil
}
