-- +goose Up

-- Row-level security is the net under every `where org_id = …`. Whoever is groundswell_site (pgdb.Site) meets people of one organisation
-- only: the one that the transaction said it is for (pgdb.For), so none when it said nothing. groundswell_jobs (pgdb.Jobs) meets all. Both
-- are roles of the whole server that own nothing and that nobody logs in as. Who migrates becomes a member, so that one DATABASE_URL is
-- enough, and owns the tables: row security is not forced on owners, as pg_dump and later migrations must see every row.
-- +goose StatementBegin
do $$
declare
  name text;
begin
  foreach name in array array['groundswell_site', 'groundswell_jobs'] loop
    -- Another database of the server may have it, may be making it at this moment, or an administrator did. (Looking for it first would keep
    -- this transaction from noticing one that was just made.)
    begin
      execute format('create role %I', name);
    exception when duplicate_object or unique_violation or insufficient_privilege then
    end;
    begin
      execute format('grant %I to current_user', name);
    exception when unique_violation or insufficient_privilege then
    end;
  end loop;
  set local role groundswell_site;
  set local role groundswell_jobs;
  reset role;
exception when insufficient_privilege or undefined_object or invalid_parameter_value then -- not a member, or there are none
  raise exception using errcode = 'insufficient_privilege', message = format('database user %I may not make the roles of sites and jobs. Let an administrator of the server say once: ' ||
    'create role groundswell_site; create role groundswell_jobs; grant groundswell_site, groundswell_jobs to %I;', session_user, session_user);
end $$;
-- +goose StatementEnd

grant usage on schema public to groundswell_site, groundswell_jobs;
grant select, insert, update, delete on all tables in schema public to groundswell_site, groundswell_jobs;
grant usage, select on all sequences in schema public to groundswell_site, groundswell_jobs;
alter default privileges in schema public grant select, insert, update, delete on tables to groundswell_site, groundswell_jobs;
alter default privileges in schema public grant usage, select on sequences to groundswell_site, groundswell_jobs;

create function current_organization() returns uuid language sql stable as $$ select nullif(current_setting('app.org_id', true), '')::uuid $$;

-- Puts a table under the net. The select around the function has it asked once a statement, not once a row.
-- +goose StatementBegin
create function protect(people regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', people);
  execute format('create policy site on %s to groundswell_site using (org_id = (select current_organization()))', people);
  execute format('create policy jobs on %s to groundswell_jobs using (true)', people);
end $$;
-- +goose StatementEnd
select protect('contacts'), protect('event_signups'), protect('event_feedback'), protect('volunteer_hosts'), protect('consents'),
  protect('deliveries'), protect('suppressions'), protect('opt_outs');
create policy of_all on suppressions for select to groundswell_site using (org_id is null); -- nobody writes to these

-- What is asked before it is known which organisation it is for, or is public. These see every row and say next to nothing of it. They are
-- plpgsql, which plans a statement once a connection.

-- Whose sign-up it is.
-- +goose StatementBegin
create function signup_organization(signup uuid) returns uuid language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (select g.org_id from event_signups g where g.id = signup);
end $$;
-- +goose StatementEnd

-- Whose message it is.
-- +goose StatementBegin
create function delivery_organization(delivery uuid) returns uuid language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (select d.org_id from deliveries d where d.id = delivery);
end $$;
-- +goose StatementEnd

-- The first name of the volunteer who hosts a listed event, which its page says.
-- +goose StatementBegin
create function public_host(event uuid) returns text language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (select h.given_name from volunteer_hosts h join events e on e.org_id = h.org_id and e.id = h.event_id where h.event_id = event and e.listed);
end $$;
-- +goose StatementEnd

-- The ids of an address's sign-ups for a shift. Beside a policy no index is searched for lower(email), as PostgreSQL does not know that
-- lower() tells nothing: each sign-up would read all of its shift.
-- +goose StatementBegin
create function signups_of(shift uuid, address text) returns setof uuid rows 1 language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select g.id from event_signups g where g.shift_id = shift and lower(g.email) = lower(address);
end $$;
-- +goose StatementEnd

revoke execute on function signup_organization(uuid), delivery_organization(uuid), public_host(uuid), signups_of(uuid, text), protect(regclass) from public;
grant execute on function signup_organization(uuid), delivery_organization(uuid), public_host(uuid), signups_of(uuid, text) to groundswell_site, groundswell_jobs;

-- +goose Down
-- The policies go with what the roles may do here. The roles stay: other databases of the server may use them.
drop owned by groundswell_site, groundswell_jobs;
alter table contacts disable row level security;
alter table event_signups disable row level security;
alter table event_feedback disable row level security;
alter table volunteer_hosts disable row level security;
alter table consents disable row level security;
alter table deliveries disable row level security;
alter table suppressions disable row level security;
alter table opt_outs disable row level security;
drop function protect(regclass), current_organization(), signup_organization(uuid), delivery_organization(uuid), public_host(uuid), signups_of(uuid, text);
