-- 100,000 events to come and 200,000 shifts, with realistic words and places, the same every time. The triggers are off, what they
-- keep is made at the end; indexes are built afterwards.
set local session_replication_role = replica;
drop index events_search, event_listings_title, event_listings_tags, event_listings_place, event_listings_city,
  event_listings_region, event_listings_postal, event_listings_day, event_listings_org, event_listings_type, event_listings_series, event_listings_accessible;
insert into organizations (id, slug, name)
select gen_random_uuid(), 'bench-org-' || i, (array['Neighbors for', 'Tenants of', 'Rivera for', 'Workers of', 'Friends of', 'Votes for', 'Climate Action', 'Schools First'])[1 + i % 8] || ' ' ||
  (array['Ohio', 'Lakewood', 'Dayton', 'Mesa', 'Boulder', 'Fresno', 'Tacoma', 'Salem', 'Austin', 'Macon', 'Mobile', 'Tulsa', 'Reno'])[1 + i % 13] || ' ' || i
from generate_series(1, 400) i;
create temporary table bench_towns as
select n, initcap((array['spring', 'green', 'oak', 'maple', 'river', 'lake', 'mill', 'fair', 'stone', 'wood', 'bright', 'ash', 'clear', 'north', 'west', 'king', 'new', 'har', 'bel', 'cald'])[1 + n % 20] ||
   (array['field', 'ville', 'ton', 'port', 'wood', 'ford', 'burg', 'dale', 'haven', 'brook', 'view', 'mont', 'land', 'side', 'ham'])[1 + n / 20 % 15]) as city,
  (array['OH', 'CA', 'TX', 'NY', 'CO', 'WA', 'GA', 'AZ', 'MI', 'PA', 'FL', 'WI', 'NV'])[1 + n % 13] as region,
  26 + 22 * (n * 7919 % 1000) / 1000.0 as latitude, -122 + 48 * (n * 104729 % 1000) / 1000.0 as longitude, 10000 + n * 277 as zip
from generate_series(0, 299) n;
create temporary table bench_numbers as
select i, gen_random_uuid() as id, (i::bigint * 7919 % 100003)::int as r, (i::bigint * 104729 % 99991)::int as r2,
  floor(300 * power((i::bigint * 7919 % 100003) / 100003.0, 2))::int as town from generate_series(1, 100000) i;
insert into events (id, org_id, org_name, slug, title, summary, description, type, mode, timezone, venue, line1, city, region, postal_code, country,
  latitude, longitude, place_private, accessibility, published_at, first_starts_at, last_ends_at)
select n.id, o.id, o.name, 'bench-' || i,
  (array['Canvass', 'Phone bank', 'Town hall', 'Rally', 'Volunteer training', 'Postcard party', 'House party', 'Text bank', 'Voter registration', 'Community clean-up'])[1 + r % 10] || ' ' ||
  (array['for tenants', 'on Saturday morning', 'for clean water', 'with Rivera', 'for the libraries', 'about transit', 'to protect schools', 'for fair pay', 'against evictions', 'for rural clinics', 'before the election', 'with new neighbors'])[1 + r2 % 12] || ' in ' ||
  (array['Tremont', 'Old Town', 'Riverside', 'Hilltop', 'Midtown', 'Eastgate', 'Linden', 'Garfield', 'Sunnyside', 'Harbor', 'Westwood', 'Union Square', 'Mill Park', 'Orchard', 'Belmont', 'Larchmere', 'Kensington'])[1 + (r + r2) % 17],
  'Meet your neighbors and talk about ' || (array['housing', 'water', 'wages', 'schools', 'transit', 'clinics', 'libraries', 'climate'])[1 + r2 % 8] || '.',
  'We knock on doors and talk about what matters here: rents, buses and the river. New volunteers get training and a partner. ' || 'Ask for ' || md5(i::text),
  (array['canvass', 'phone_bank', 'town_hall', 'rally', 'training', 'letter_writing', 'house_party', 'text_bank', 'voter_registration', 'community'])[1 + r % 10],
  case when r % 10 in (1, 7) then 'online' when r2 % 25 = 0 then 'hybrid' else 'in_person' end,
  'America/New_York', 'Hall ' || r2 % 900, r2 || ' Main St', t.city, t.region, (t.zip + r2 % 40)::text, 'US',
  t.latitude + (r % 100 - 50) / 400.0, t.longitude + (r2 % 100 - 50) / 400.0, r % 10 = 6, (array['accessible', '', 'not_sure', 'accessible', 'not_accessible'])[1 + (r + r2) % 5], now() - interval '7 days', date_trunc('hour', now()) + interval '1 hour' * (1 + r2 % 2880),
  date_trunc('hour', now()) + interval '1 hour' * (3 + r2 % 2880 + r % 3 * 168)
from bench_numbers n join bench_towns t on t.n = n.town
join (select id, name, row_number() over () as k from organizations) o on o.k = 1 + n.r2 % 400;
insert into event_tags (org_id, event_id, tag)
select org_id, e.id, (array['climate', 'labor', 'housing', 'schools', 'health', 'youth', 'spanish', 'families'])[1 + (n.r2 + k * n.r) % 8] || case when n.r % 7 = 0 then '-' || n.r % 31 else '' end
from bench_numbers n join events e on e.id = n.id, generate_series(1, 1 + n.r2 % 2) k on conflict do nothing;
insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity, taken)
select gen_random_uuid(), e.org_id, e.id, at, at + interval '2 hours', 20, case when n.r2 % 3 = 0 then 20 else n.r2 % 20 end
from bench_numbers n join events e on e.id = n.id, generate_series(0, n.r % 3) k,
  lateral (select date_trunc('hour', now()) + interval '1 hour' * (1 + n.r2 % 2880 + k * 168) as at) s;
analyze events, event_shifts, event_tags;
-- What list_events makes of them, at once: no shift here lasts more than 36 hours.
insert into event_listings (shift_id, day, event_id, org_id, starts_at, ends_at, starts_on, ends_on, earlier_ends_at, earlier_ends_on, previous_on, later_on,
  over_at, type, mode, postponed, tags, title, city, region, postal_code, place, has_space, accessible)
select s.id, 0, e.id, e.org_id, s.starts_at, s.ends_at, (s.starts_at at time zone e.timezone)::date, (s.ends_at at time zone e.timezone)::date,
  lag(s.ends_at) over w, (lag(s.ends_at) over w at time zone e.timezone)::date, (lag(s.starts_at) over w at time zone e.timezone)::date,
  (lead(s.starts_at) over w at time zone e.timezone)::date, e.last_ends_at, e.type, e.mode, false, coalesce(t.tags, '{}'), to_tsvector('english', e.title),
  lower(e.city), lower(e.region), case when e.place_private then '' else e.postal_code end,
  case when e.place_private then point(round(e.longitude * 20) / 20, round(e.latitude * 20) / 20) else point(e.longitude, e.latitude) end, shift_has_space(s), e.accessibility = 'accessible'
from event_shifts s join events e on e.id = s.event_id
left join (select event_id, array_agg(tag order by tag) as tags from event_tags group by event_id) t on t.event_id = e.id
window w as (partition by s.event_id order by s.starts_at);
insert into event_words (kind, word)
select distinct 'word', w from (select search_words from events limit 10000) e, regexp_split_to_table(e.search_words, '[^[:alnum:]]+') w where length(w) between 3 and 60
union select 'town', lower(city) from bench_towns;
insert into event_listed_words (org_id, event_id, kind, word) select e.org_id, e.id, w.kind, w.word from events e, event_words_of(e) w;
analyze event_words, event_listed_words;
create index events_search on events using gin (search);
create index event_listings_type on event_listings (type, starts_at);
create index event_listings_org on event_listings (org_id, starts_at);
create index event_listings_series on event_listings (series_id, starts_at) where series_id is not null;
create index event_listings_accessible on event_listings (starts_at) where accessible;
create index event_listings_day on event_listings (starts_on, starts_at);
create index event_listings_city on event_listings (city, starts_at);
create index event_listings_region on event_listings (region, starts_at);
create index event_listings_postal on event_listings (postal_code) where postal_code <> '';
create index event_listings_title on event_listings using gin (title);
create index event_listings_tags on event_listings using gin (tags);
create index event_listings_place on event_listings using gist (place);
