package eventsvc_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// blank counts the contacts that say nothing about a person.
func (b *bundle) blank() int {
	b.t.Helper()
	return b.number(`select count(*) from contacts where (given_name, family_name, email, phone, postal_code) = ('', '', '', '', '')`)
}

// eraseOld erases what is older than half a day, as the workers do at night.
func (b *bundle) eraseOld() (contacts int64) {
	b.t.Helper()
	_, err := b.work.EraseSignups(b.t.Context(), noon.Add(12*hour))
	require.NoError(b.t, err)
	contacts, err = b.work.EraseContacts(b.t.Context(), noon.Add(12*hour))
	require.NoError(b.t, err)
	return contacts
}

func TestContactsOfErasedSignUpsAreErased(t *testing.T) {
	t.Parallel()
	b := setup(t)
	shift := b.shift(b.event("canvass", "Canvass"), hour, 20)
	b.join(shift, "ada@example.org", "bea@example.org", "cyd@example.org")
	later := b.shift(b.event("later", "Later"), 48*hour, 20)
	b.join(later, "bea@example.org")
	b.exec(`insert into contacts (id, org_id, email, source, created_at, updated_at) values ($1, $2, 'known@example.org', 'import', $3, $3)`,
		uuid.Must(uuid.NewV7()), b.org, noon.AddDate(-1, 0, 0))
	tremont := b.org
	b.org = b.organisation("akron", "Akron Neighbors")
	elsewhere := b.shift(b.event("elsewhere", "Elsewhere"), 48*hour, 20)
	b.join(elsewhere, "ada@example.org")
	b.exec(`update contacts set updated_at = $1 where email = 'cyd@example.org'`, noon.Add(13*hour))
	b.exec(`update contacts set phone = '216 555 0123', postal_code = '44113'`)
	b.pass(24 * hour)

	require.EqualValues(t, 1, b.eraseOld())
	require.Equal(t, 1, b.blank(), "ada, at tremont")
	require.Equal(t, 1, b.number(`select count(*) from event_signups g join contacts c on c.org_id = g.org_id and c.id = g.contact_id
		where c.org_id = $1 and c.email = '' and g.shift_id = $2`, tremont, shift.UUID), "its sign-up still counts by it")
	require.Equal(t, 1, b.number(`select count(*) from contacts where email = 'bea@example.org'`), "she has a sign-up to come")
	require.Equal(t, 1, b.number(`select count(*) from contacts where email = 'cyd@example.org'`), "somebody dealt with her since")
	require.Equal(t, 1, b.number(`select count(*) from contacts where email = 'known@example.org'`), "no form made it: it is the organisation's own")
	require.Equal(t, 1, b.number(`select count(*) from contacts where email = 'ada@example.org' and org_id = $1`, b.org), "another organisation's")
	require.Zero(t, b.eraseOld())
}

// Whichever of the two comes first, whoever signs up again has a contact with a name.
func TestASignUpWhileItsContactIsErased(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"erase", "sign up"} {
		t.Run(first+" first", func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			old := b.shift(b.event("canvass", "Canvass"), hour, 20)
			b.join(old, "ada@example.org")
			later := b.shift(b.event("later", "Later"), 48*hour, 20)
			b.pass(24 * hour)
			_, err := b.work.EraseSignups(t.Context(), noon.Add(12*hour))
			require.NoError(t, err)

			erase := func() error { _, err := b.work.EraseContacts(t.Context(), noon.Add(12*hour)); return err }
			signUp := func() error { _, err := b.rsvp(later, "ada@example.org", 0); return err }
			if first == "erase" {
				b.meet("after update on contacts", erase, signUp)
			} else { // the statement has put the contact when it comes to the sign-up
				b.meet("before insert on event_signups", signUp, erase)
			}
			require.Equal(t, 1, b.number(`select count(*) from contacts where email = 'ada@example.org' and given_name = 'Ada'`))
			require.Equal(t, 1, b.number(`select count(*) from event_signups g join contacts c on c.org_id = g.org_id and c.id = g.contact_id
				where g.shift_id = $1 and c.email = g.email`, later.UUID))
		})
	}
}

// meet runs one up to a trigger in its transaction, then the other until it is done or waits for one, and then both to the end.
func (b *bundle) meet(trigger string, one, other func() error) {
	b.t.Helper()
	b.exec(`create function wait_here() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(1); return new; end $$`)
	b.exec(`create trigger wait_here ` + trigger + ` for each row execute function wait_here()`)
	waiting := func(n int) bool {
		return b.number(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == n
	}
	ended := make(chan error, 2)
	require.NoError(b.t, b.db.Tx(b.t.Context(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(b.t.Context(), `select pg_advisory_xact_lock(1)`); err != nil {
			return err
		}
		go func() { ended <- one() }()
		require.Eventually(b.t, func() bool { return waiting(1) }, 10*time.Second, time.Millisecond, "one does not wait")
		go func() { ended <- other() }()
		require.Eventually(b.t, func() bool { return waiting(2) || len(ended) == 1 }, 10*time.Second, time.Millisecond, "the other neither waits nor ends")
		return nil
	}))
	require.NoError(b.t, <-ended)
	require.NoError(b.t, <-ended)
}
