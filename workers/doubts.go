package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"groundswell/shared/config"
	"groundswell/shared/messages/messagesvc"
	"groundswell/shared/pgdb"
)

// listDoubts prints what is in doubt, so that somebody can ask the mail server by the Message-ID, or the provider of texts for what it
// sent at that time.
func listDoubts(ctx context.Context, environ []string, out io.Writer) error {
	cfg, err := config.Load[struct{ config.Postgres }](environ)
	if err != nil {
		return err
	}
	db, err := pgdb.Open(ctx, pgdb.Config{URL: cfg.URL.Reveal(), Role: pgdb.Jobs, MaxConns: 2, App: "workers-command"})
	if err != nil {
		return err
	}
	defer db.Close()
	doubts, err := messagesvc.New(messagesvc.Config{DB: db, Now: time.Now}).Unknown(ctx)
	if err != nil {
		return err
	}
	for _, d := range doubts {
		_, _ = fmt.Fprintf(out, "%s  %-5s  %-24s <%s>  %s  %s\n", d.Since.UTC().Format(time.RFC3339), d.Channel, d.Kind, d.MessageID, d.Reason, d.ID)
	}
	_, _ = fmt.Fprintf(out, "%d in doubt\n", len(doubts))
	return nil
}
