package messagesvc

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
)

// OptOuts keeps which mails of an organisation an address does not want, by the hash of the address, and knows who stopped its texts. It is safe for
// concurrent use, also where no mail is sent.
type OptOuts struct{ now func() time.Time }

// NewOptOuts makes them for a clock.
func NewOptOuts(now func() time.Time) *OptOuts { return &OptOuts{now} }

// OptOut ends, once tx commits, the organisation's mails of the scope to the address: none is sent whose delivery was not claimed before.
// Doing it again changes nothing. Invalid for a scope that is none.
func (o *OptOuts) OptOut(ctx context.Context, tx pgx.Tx, org orgs.ID, address string, scope messages.Scope) error {
	if scope != messages.Reminders {
		return fault.New(fault.Invalid, "There are no mails of that kind to stop.")
	}
	if err := db.New(tx).OptOut(ctx, db.OptOutParams{OrgID: org.UUID, Scope: string(scope), Address: address, Now: o.now().UTC()}); err != nil {
		return fmt.Errorf("opt an address out: %w", pgdb.Fault(err))
	}
	return nil
}

// OptIn takes OptOut back.
func (o *OptOuts) OptIn(ctx context.Context, tx pgx.Tx, org orgs.ID, address string, scope messages.Scope) error {
	if err := db.New(tx).OptIn(ctx, address, org.UUID, string(scope)); err != nil {
		return fmt.Errorf("opt an address in: %w", pgdb.Fault(err))
	}
	return nil
}

// OptedOut reports whether the address does not want those mails of the organisation.
func (o *OptOuts) OptedOut(ctx context.Context, from db.DBTX, org orgs.ID, address string, scope messages.Scope) (bool, error) {
	out, err := db.New(from).IsOptedOut(ctx, address, org.UUID, string(scope))
	if err != nil {
		return false, fmt.Errorf("look for an opt-out: %w", pgdb.Fault(err))
	}
	return out, nil
}

// TextsStopped reports whether the organisation may send no text to the number, in E.164.
func (o *OptOuts) TextsStopped(ctx context.Context, from db.DBTX, org orgs.ID, number string) (bool, error) {
	stopped, err := db.New(from).IsStopped(ctx, hashOf(number), org.UUID)
	if err != nil {
		return false, fmt.Errorf("look for a stop of texts: %w", pgdb.Fault(err))
	}
	return stopped, nil
}
