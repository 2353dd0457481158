package fullstack

// Browser is the Caller of the browser program: it carries a call over fetch to the server the page came from.
//
// A query goes by GET while its input is short, so that it may be answered from a cache, and by POST beyond that. A
// command carries an idempotency key, the context's (WithKey) or a fresh one, the same in every attempt of one call.
// What did not reach the server, and what it answers with 503, is tried up to three times. Every error that is not the
// context's own is a fault: the server's, or Unavailable with words for the person when there is no connection.
//
// Components use it in event handlers on the browser; on the server calling it is an error.
type Browser struct{}
