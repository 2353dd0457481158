package eventsvc_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

// crowd puts n events of four shifts each, half of them over.
func crowd(b *bundle, n int) {
	b.t.Helper()
	b.exec(`insert into events (id, org_id, org_name, slug, title, summary, description, type, timezone, venue, city, region, postal_code, published_at)
		select gen_random_uuid(), o.id, o.name, 'event-' || i, (array['Canvass in Tremont', 'Evening phone bank', 'Town hall for tenants'])[1 + i % 3] || ' ' || i,
			'Meet your neighbors.', repeat('We knock on doors and talk about what matters here. ', 20), (array['canvass', 'phone_bank', 'town_hall'])[1 + i % 3],
			'America/New_York', 'Merrick House', (array['Cleveland', 'Akron', 'Lakewood'])[1 + i % 3], 'OH', '44113', $3
		from organizations o, generate_series(1, $2) i where o.id = $1`, b.org, n, noon)
	b.exec(`insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity)
		select gen_random_uuid(), org_id, id, at, at + interval '2 hours', 50
		from events, lateral (select $1::timestamptz + (substr(slug, 7)::int % 100 - 50 + n * 7) * interval '1 day' as at from generate_series(0, 3) n) s
		where slug like 'event-%'`, noon)
	b.exec(`analyze`)
}

func BenchmarkRSVPOneShift(b *testing.B) {
	h := setup(b)
	benchmarkRSVP(b, h, []events.ShiftID{h.shift(h.event("canvass", "Canvass"), time.Hour, -1)})
}

func BenchmarkRSVPFiftyShifts(b *testing.B) {
	h := setup(b)
	event := h.event("canvass", "Canvass")
	var shifts []events.ShiftID
	for i := range 50 {
		shifts = append(shifts, h.shift(event, time.Duration(i+1)*time.Hour, -1))
	}
	benchmarkRSVP(b, h, shifts)
}

func benchmarkRSVP(b *testing.B, h *bundle, shifts []events.ShiftID) {
	b.Helper()
	var n atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1))
			if _, err := h.rsvp(shifts[i%len(shifts)], address(i), 0); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rsvp/s")
}

// BenchmarkGetSignup opens the link of one sign-up of a shift that many are signed up for.
func BenchmarkGetSignup(b *testing.B) {
	h := setup(b)
	shift := h.shift(h.event("canvass", "Canvass"), time.Hour, -1)
	for i := range 200 {
		_, err := h.rsvp(shift, address(i), 0)
		require.NoError(b, err)
	}
	in := events.SignupIn{Token: h.token(address(0))}
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := h.svc.GetSignup(b.Context(), in); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "open/s")
}

func BenchmarkGet(b *testing.B) {
	h := setup(b)
	crowd(h, 2000)
	b.SetParallelism(16)
	b.ResetTimer()
	var n atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := h.svc.Get(b.Context(), events.GetIn{Slug: fmt.Sprintf("event-%d", 1+n.Add(1)%2000)}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "get/s")
}

func BenchmarkFind(b *testing.B) {
	h := setup(b)
	crowd(h, 2000)
	for name, in := range map[string]events.FindIn{
		"all": {}, "words": {Q: "phone bank"}, "spelling": {Q: "canvasing tremnt"}, "filters": {Place: "Akron", From: "2026-12-01", Open: true}, "past": {Past: true},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				out, err := h.svc.Find(b.Context(), in)
				require.NoError(b, err)
				require.NotZero(b, out.Total)
			}
		})
	}
}
