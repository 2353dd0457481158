package sms

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the provider's choice; as a MAC it still holds
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SignatureHeader holds the provider's signature of a post.
const SignatureHeader = "X-Twilio-Signature"

// Sign is the signature of a form that the provider posts to an address (www.twilio.com/docs/usage/security): base64 of HMAC-SHA1, by
// the account's token, of the whole URL followed by every name and value, in the order of the names.
func (c *Client) Sign(address string, form url.Values) string {
	h := hmac.New(sha1.New, []byte(c.token))
	_, _ = h.Write([]byte(address))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(form[name]))) {
			_, _ = h.Write([]byte(name + value))
		}
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Signed reports, in constant time, whether the signature is that of the form at the address.
func (c *Client) Signed(address string, form url.Values, signature string) bool {
	return hmac.Equal([]byte(c.Sign(address, form)), []byte(signature))
}

// Wish is what somebody wants who texts one of the words that carriers and laws have agreed on.
type Wish string

// The wishes.
const (
	Other Wish = ""
	Stop  Wish = "stop"
	Start Wish = "start"
	Yes   Wish = "yes" // start, said by somebody who had stopped; else the answer to a question
	Help  Wish = "help"
)

// words are the providers' together.
var words = map[string]Wish{
	"STOP": Stop, "STOPALL": Stop, "STOP ALL": Stop, "UNSUBSCRIBE": Stop, "END": Stop, "QUIT": Stop, "CANCEL": Stop, "REVOKE": Stop, "REMOVE": Stop,
	"OPTOUT": Stop, "OPT-OUT": Stop, "OPT OUT": Stop, "ARRET": Stop, "ARRÊT": Stop, "TD": Stop,
	"START": Start, "UNSTOP": Start, "YES": Yes, "HELP": Help, "INFO": Help,
}

// Word reads a text that is one of the words and nothing else but case, space and punctuation around it, however the phone encodes its
// accents, hyphens and widths. word is how it is written; "" for Other.
func Word(body string) (wish Wish, word string) {
	word = strings.ToUpper(strings.TrimFunc(norm.NFKC.String(Plain(body)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	if wish = words[word]; wish == Other {
		word = ""
	}
	return wish, word
}
