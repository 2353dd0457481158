-- Two tenants, and an event of every kind.
insert into organizations (id, slug, name, kind, timezone) values
  (pg_temp.id(1), 'lake-county', 'Lake County', 'campaign', 'America/New_York'),
  (pg_temp.id(2), 'river-union', 'River Union', 'organisation', 'Europe/Berlin');
insert into media_assets (id, org_id, key, content_type, size, width, height, alt) values
  (pg_temp.id(11), pg_temp.id(1), 'media/aa.jpg', 'image/jpeg', 1000, 640, 480, 'A pier'),
  (pg_temp.id(12), pg_temp.id(2), 'media/bb.png', 'image/png', 2000, null, null, '');
insert into contacts (id, org_id, given_name, email) select pg_temp.id(20 + n), pg_temp.id(1), 'Person ' || n, 'person' || n || '@example.org' from generate_series(1, 8) n;
insert into contacts (id, org_id, given_name, email) values (pg_temp.id(31), pg_temp.id(1), 'No', ''), (pg_temp.id(32), pg_temp.id(1), 'Address', ''),
  (pg_temp.id(33), pg_temp.id(2), 'Person 1', 'person1@example.org'); -- of the other tenant, too

insert into events (id, org_id, org_name, slug, title, mode, status, visibility, published_at, timezone, venue, city, region, postal_code, latitude, longitude,
  place_private, accessibility, image_id, source_uid, source_hash) values
  (pg_temp.id(101), pg_temp.id(1), 'Lake County', 'hall', 'Town hall', 'hybrid', 'scheduled', 'public', '2026-01-01', 'America/New_York', 'Hall', 'Cleveland', 'OH', '44113', 41.49, -81.69, false, 'accessible', pg_temp.id(11), null, null),
  (pg_temp.id(102), pg_temp.id(1), 'Lake County', 'fair', 'Street fair', 'in_person', 'scheduled', 'public', '2026-01-01', 'America/New_York', 'A home', 'Cleveland', 'OH', '44102', 41.48, -81.73, true, 'not_accessible', null, 'fair@example.org', 'x'),
  (pg_temp.id(103), pg_temp.id(1), 'Lake County', 'calls', 'Phone bank', 'online', 'scheduled', 'unlisted', '2026-01-01', 'America/Chicago', '', '', '', '', null, null, false, '', null, null, null),
  (pg_temp.id(104), pg_temp.id(1), 'Lake County', 'draft', 'Draft', 'in_person', 'scheduled', 'public', null, 'America/New_York', '', '', '', '', null, null, false, '', null, null, null),
  (pg_temp.id(105), pg_temp.id(1), 'Lake County', 'off', 'Called off', 'in_person', 'cancelled', 'public', '2026-01-01', 'America/New_York', '', 'Akron', 'OH', '', null, null, false, 'accessible', null, null, null),
  (pg_temp.id(106), pg_temp.id(1), 'Lake County', 'later', 'Some day', 'in_person', 'postponed', 'public', '2026-01-01', 'America/New_York', '', 'Akron', 'OH', '', null, null, false, 'not_sure', null, null, null),
  (pg_temp.id(107), pg_temp.id(2), 'River Union', 'moved', 'Moved online', 'hybrid', 'moved_online', 'public', '2026-01-01', 'Europe/Berlin', 'Haus', 'Berlin', '', '10115', 52.5, 13.4, false, 'accessible', pg_temp.id(12), null, null),
  (pg_temp.id(108), pg_temp.id(2), 'River Union', 'mars', 'Nowhere', 'in_person', 'scheduled', 'public', '2026-01-01', 'Mars/Olympus', '', '', '', '', null, null, false, '', null, 'mars@example.org', 'y'),
  (pg_temp.id(109), pg_temp.id(2), 'River Union', 'empty', 'No time yet', 'in_person', 'scheduled', 'private', '2026-01-01', 'Europe/Berlin', '', '', '', '', null, null, false, '', null, null, null);

-- Full, unlimited, cancelled, over several days and a change of the clocks, over midnight, past.
insert into event_shifts (id, org_id, event_id, name, starts_at, ends_at, capacity, cancelled_at, source_key) values
  (pg_temp.id(201), pg_temp.id(1), pg_temp.id(101), 'Full', '2026-11-20 15:00Z', '2026-11-20 17:00Z', 6, null, null),
  (pg_temp.id(202), pg_temp.id(1), pg_temp.id(101), '', '2026-11-21 15:00Z', '2026-11-21 17:00Z', null, null, null),
  (pg_temp.id(203), pg_temp.id(1), pg_temp.id(101), '', '2026-11-22 15:00Z', '2026-11-22 17:00Z', 5, '2026-11-01', null),
  (pg_temp.id(204), pg_temp.id(1), pg_temp.id(102), 'Weekend', '2026-10-30 14:00Z', '2026-11-03 20:00Z', 100, null, '2026-10-30'),
  (pg_temp.id(205), pg_temp.id(1), pg_temp.id(103), '', '2026-12-01 23:00Z', '2026-12-02 08:00Z', 3, null, null),
  (pg_temp.id(206), pg_temp.id(1), pg_temp.id(104), '', '2026-12-01 15:00Z', '2026-12-01 16:00Z', null, null, null),
  (pg_temp.id(207), pg_temp.id(1), pg_temp.id(105), '', '2026-12-01 15:00Z', '2026-12-01 16:00Z', null, null, null),
  (pg_temp.id(208), pg_temp.id(1), pg_temp.id(106), '', '2026-12-01 15:00Z', '2026-12-01 16:00Z', 0, null, null),
  (pg_temp.id(209), pg_temp.id(2), pg_temp.id(107), '', '2026-12-01 15:00Z', '2026-12-01 16:00Z', 10, null, null),
  (pg_temp.id(210), pg_temp.id(2), pg_temp.id(108), '', '2020-12-01 15:00Z', '2020-12-01 16:00Z', null, null, '1');

-- Both statuses, both ways to attend, parties; one person who came back after a cancellation.
insert into event_signups (id, org_id, shift_id, contact_id, status, attend, party_size, given_name, family_name, email, sequence, details_at, cancelled_at) values
  (pg_temp.id(301), pg_temp.id(1), pg_temp.id(201), pg_temp.id(21), 'registered', 'in_person', 3, 'Person', 'One', 'person1@example.org', 0, '2026-10-01', null),
  (pg_temp.id(302), pg_temp.id(1), pg_temp.id(201), pg_temp.id(22), 'registered', 'online', 2, 'Person', 'Two', 'person2@example.org', 0, '2026-10-01', null),
  (pg_temp.id(303), pg_temp.id(1), pg_temp.id(201), pg_temp.id(23), 'cancelled', 'online', 4, 'Person', 'Three', 'person3@example.org', 1, '2026-10-01', '2026-10-02'),
  (pg_temp.id(304), pg_temp.id(1), pg_temp.id(201), pg_temp.id(23), 'registered', 'online', 1, 'Person', 'Three', 'Person3@Example.org', 2, '2026-10-03', null),
  (pg_temp.id(305), pg_temp.id(1), pg_temp.id(202), pg_temp.id(21), 'registered', 'online', 1, 'Person', 'One', 'person1@example.org', 0, '2026-10-01', null),
  (pg_temp.id(306), pg_temp.id(1), pg_temp.id(203), pg_temp.id(24), 'registered', 'in_person', 5, 'Person', 'Four', 'person4@example.org', 0, '2026-10-01', null),
  (pg_temp.id(307), pg_temp.id(1), pg_temp.id(205), pg_temp.id(24), 'registered', 'online', 3, 'Person', 'Four', 'person4@example.org', 0, '2026-10-01', null),
  (pg_temp.id(308), pg_temp.id(2), pg_temp.id(209), pg_temp.id(33), 'registered', 'in_person', 1, 'Person', 'One', 'person1@example.org', 0, '2026-10-01', null);
update event_shifts s set taken = (select coalesce(sum(party_size), 0) from event_signups where shift_id = s.id and status = 'registered');
insert into idempotency_keys (name, key, input, answer) values ('events.rsvp', 'k', '\x01', '{"email": "person1@example.org"}');
