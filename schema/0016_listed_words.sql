-- +goose Up

-- Which listed events have a word or a town: what misspelled words are looked up among is event_words, and only what an event has
-- here is suggested. So a word is gone from search with the last event that has it, in the transaction that makes that event
-- private, and two events never wait for each other's words. event_words itself is tidied at night.
create table event_listed_words (
  org_id   uuid not null,
  event_id uuid not null,
  kind     text not null check (kind in ('word', 'town')),
  word     text not null,
  primary key (kind, word, event_id),
  foreign key (org_id, event_id) references events (org_id, id) on delete cascade
);
create index event_listed_words_event on event_listed_words (event_id);

-- +goose StatementBegin
create function event_words_of(e events) returns table (kind text, word text) language sql stable as $$
  select distinct found.kind, found.word from (
    select 'word' as kind, w.word from regexp_split_to_table(e.search_words, '[^[:alnum:]]+') w (word)
    union all
    select 'town', lower(e.city)
  ) found
  where e.listed and e.status <> 'cancelled' and length(found.word) between 3 and 60
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function list_words() returns trigger language plpgsql as $$
begin
  delete from event_listed_words l where l.event_id = new.id
    and not exists (select from event_words_of(new) w where w.kind = l.kind and w.word = l.word);
  insert into event_listed_words (org_id, event_id, kind, word) select new.org_id, new.id, w.kind, w.word from event_words_of(new) w
  on conflict do nothing;
  return null;
end $$;
-- +goose StatementEnd
create trigger events_words_insert after insert on events for each row execute function list_words();
create trigger events_words_update after update of search_words, city, listed, status on events
  for each row when ((old.search_words, old.city, old.listed, old.status) is distinct from (new.search_words, new.city, new.listed, new.status))
  execute function list_words();

insert into event_listed_words (org_id, event_id, kind, word) select e.org_id, e.id, w.kind, w.word from events e, event_words_of(e) w;
delete from event_words k where not exists (select from event_listed_words l where l.kind = k.kind and l.word = k.word);

-- +goose Down
drop trigger events_words_insert on events;
drop trigger events_words_update on events;
drop table event_listed_words;
drop function list_words(), event_words_of(events);
