package seed

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// table collects rows for one COPY.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func (t *table) add(values ...any) { t.rows = append(t.rows, values) }

// store writes the campaign, tables in the order of their references.
func (c *campaign) store(ctx context.Context, tx pgx.Tx) error {
	for _, t := range []*table{c.orgRows(), c.mediaRows(), c.contactRows(), c.seriesRows(), c.eventRows(), c.tagRows(), c.shiftRows(), c.signupRows(), c.originRows(), c.questionRows(), c.hostRows()} {
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
			return fmt.Errorf("copy into %s: %w", t.name, err)
		}
	}
	return nil
}

func (c *campaign) orgRows() *table {
	t := &table{name: "organizations", columns: []string{"id", "slug", "name", "kind", "description", "city", "region", "website", "email",
		"paid_for_by", "privacy_url", "timezone", "hosting", "sms_number", "created_at", "updated_at"}}
	founded := c.now.AddDate(-2, 0, 0)
	for i, o := range c.orgs {
		var sms *string
		if o.sms != "" {
			sms = &o.sms
		}
		t.add(orgID(i), o.slug, o.name, o.kind, o.description, o.city, o.region, o.website, o.email, o.paidForBy, o.privacy, o.zone, o.hosting, sms, founded, founded)
	}
	return t
}

// mediaRows gives each organisation a row of its own for each picture: rows belong to one organisation, bytes to none.
func (c *campaign) mediaRows() *table {
	t := &table{name: "media_assets", columns: []string{"id", "org_id", "key", "content_type", "size", "width", "height", "alt", "created_at"}}
	for o := range c.orgs {
		for i, p := range c.covers {
			t.add(mediaID(o, i), orgID(o), p.key, "image/jpeg", int64(len(p.data)), int32(coverWidth), int32(coverHeight), p.alt, c.now.AddDate(-1, 0, 0))
		}
	}
	return t
}

// originRows let the first organisation's own website show its events in frames; the others registered none.
func (c *campaign) originRows() *table {
	t := &table{name: "embed_origins", columns: []string{"org_id", "origin", "created_at"}}
	t.add(orgID(0), strings.TrimSuffix(c.orgs[0].website, "/"), c.now.AddDate(-1, 0, 0))
	return t
}

func (c *campaign) contactRows() *table {
	t := &table{name: "contacts", columns: []string{"id", "org_id", "given_name", "family_name", "email", "phone", "postal_code", "source", "created_at", "updated_at"}}
	for o, list := range c.people {
		for _, p := range list {
			t.add(p.id, orgID(o), p.given, p.family, p.email, p.phone, p.postalCode, "demo", p.created, p.created)
		}
	}
	return t
}

func (c *campaign) eventRows() *table {
	t := &table{name: "events", columns: []string{"id", "org_id", "org_name", "slug", "title", "summary", "description", "type", "mode", "status",
		"published_at", "timezone", "venue", "line1", "city", "region", "postal_code", "country", "latitude", "longitude", "place_private",
		"online_url", "instructions", "accessibility", "access_notes", "image_id", "guests_allowed", "contact_name", "contact_email", "sequence",
		"created_at", "updated_at", "series_id"}}
	for _, e := range c.events {
		at := e.place
		var lat, lng *float64
		if at.lat != 0 {
			lat, lng = &at.lat, &at.lng
		}
		t.add(e.id, orgID(e.org), c.orgs[e.org].name, e.slug, e.title, e.summary, e.description, e.kind, e.mode, e.status,
			e.published, at.zone, at.venue, at.line1, at.city, at.region, at.postalCode, at.country, lat, lng, e.private,
			e.onlineURL, e.instructions, e.access, e.accessNotes, mediaID(e.org, c.coverOf(e.kind)), int32(e.guests), e.host, e.hostEmail, int32(e.sequence),
			e.published, e.updated, seriesOf(e))
	}
	return t
}

func (c *campaign) shiftRows() *table {
	t := &table{name: "event_shifts", columns: []string{"id", "org_id", "event_id", "name", "starts_at", "ends_at", "capacity", "taken",
		"online_capacity", "online_taken", "waiting", "previous_starts_at", "created_at", "updated_at"}}
	for _, e := range c.events {
		for _, s := range e.shifts {
			t.add(s.id, orgID(e.org), e.id, s.name, s.start, s.end, limit(s.capacity), int32(s.taken),
				limit(s.online), int32(s.onlineTaken), int32(s.waiting), s.previous, e.published, e.updated)
		}
	}
	return t
}

// limit is a capacity as its column has it.
func limit(n *int) *int32 {
	if n == nil {
		return nil
	}
	seats := int32(*n)
	return &seats
}

func (c *campaign) signupRows() *table {
	t := &table{name: "event_signups", columns: []string{"id", "org_id", "shift_id", "contact_id", "status", "attend", "party_size", "given_name",
		"family_name", "email", "phone", "postal_code", "note", "sequence", "details_at", "cancelled_at", "created_at", "updated_at",
		"pool", "ended_reason", "waitlisted_at"}}
	for _, e := range c.events {
		for _, s := range e.shifts {
			for _, one := range s.signups {
				status, sequence, cancelled, ended, inLine := "registered", int32(0), any(nil), "", any(nil)
				switch {
				case one.cancelled:
					status, sequence, cancelled, ended = "cancelled", 1, one.created.Add(c.now.Sub(one.created)/3), "person"
				case one.waits:
					status, inLine = "waitlisted", one.created
				}
				p := one.contact
				t.add(one.id, orgID(e.org), s.id, p.id, status, one.attend, int32(one.party), p.given,
					p.family, p.email, p.phone, p.postalCode, one.note, sequence, one.created, cancelled, one.created, one.created,
					one.pool, ended, inLine)
			}
		}
	}
	return t
}
