-- +goose Up

-- Whether volunteers may host events for the organisation, each of which it approves first.
alter table organizations add column hosting boolean not null default false;

-- What an organisation makes itself is approved. Nothing else is ever published.
alter table events
  add column approval_status text not null default 'approved'
    check (approval_status in ('needs_host_verification', 'needs_approval', 'approved', 'rejected')),
  add constraint events_approved_check check (approval_status = 'approved' or published_at is null);

-- Who hosts an event that an organisation did not make itself: a person, unlike those of event_hosts.
create table volunteer_hosts (
  event_id    uuid primary key,
  org_id      uuid not null,
  given_name  text not null,
  family_name text not null,
  email       text not null, -- '' once the person is erased
  note        text not null default '', -- why it was rejected
  mailed_at   timestamptz not null, -- when the link was last put in the post
  asked_at    timestamptz not null,
  verified_at timestamptz, -- when the address proved to be the host's
  decided_at  timestamptz, -- when it was approved or rejected
  foreign key (org_id, event_id) references events (org_id, id) on delete cascade
);
create index volunteer_hosts_email on volunteer_hosts (org_id, lower(email));

-- +goose Down
drop table volunteer_hosts;
alter table events drop column approval_status; -- and its checks; what is not approved stays a draft
alter table organizations drop column hosting;
