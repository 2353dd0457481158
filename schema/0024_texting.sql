-- +goose Up

-- Reminders by text message: from a number of the organisation's own, to those who asked for them.
alter table organizations
  add column sms_number text unique check (sms_number ~ '^\+[1-9][0-9]{6,14}$'); -- in E.164. Null: it sends no texts

alter table event_signups
  -- Where the reminder by text goes, in E.164. '': nobody asked for one.
  add column text_to text not null default '' check (text_to = '' or text_to ~ '^\+[1-9][0-9]{6,14}$');

alter table event_reminders drop constraint event_reminders_kind_check;
alter table event_reminders add constraint event_reminders_kind_check check (kind in ('tomorrow', 'today', 'soon', 'feedback'));

-- What somebody agreed to or took back, when and how, in the words they read. Rows are added, never changed, but for what is erased
-- with the contact: then the address and where it was given from are gone, and its hash stays.
create table consents (
  id           uuid primary key,
  org_id       uuid not null,
  contact_id   uuid, -- null: the organisation knows nobody of that address, or has forgotten them
  channel      text not null check (channel in ('sms')),
  address      text not null, -- '' once erased
  address_hash bytea not null, -- sha256 of the address in lower case
  status       text not null check (status in ('opt_in', 'opt_out')),
  method       text not null check (method in ('form', 'keyword', 'provider')), -- a box that was ticked; a word that was texted; what the provider said
  wording      text not null, -- what stood beside the box, or the word
  ip           inet,
  created_at   timestamptz not null,
  foreign key (org_id) references organizations,
  foreign key (org_id, contact_id) references contacts (org_id, id) on delete set null (contact_id)
);
create index consents_contact on consents (org_id, contact_id);
create index consents_address on consents (org_id, address_hash, created_at);

-- A text is a delivery like a mail. Its message_id is the provider's, '' until it is known.
alter table deliveries drop constraint deliveries_channel_check;
alter table deliveries add constraint deliveries_channel_check check (channel in ('email', 'sms'));
alter table deliveries add column delivered_at timestamptz; -- when the provider said that the phone has it
alter table suppressions drop constraint suppressions_channel_check;
alter table suppressions add constraint suppressions_channel_check check (channel in ('email', 'sms'));
alter table suppressions drop constraint suppressions_reason_check;
alter table suppressions add constraint suppressions_reason_check check (reason in ('unsubscribed', 'bounced', 'complained', 'stopped'));

-- +goose Down
-- What was texted and who wants no texts is forgotten: the provider still knows the second.
delete from suppressions where channel = 'sms';
alter table suppressions drop constraint suppressions_reason_check;
alter table suppressions add constraint suppressions_reason_check check (reason in ('unsubscribed', 'bounced', 'complained'));
alter table suppressions drop constraint suppressions_channel_check;
alter table suppressions add constraint suppressions_channel_check check (channel in ('email'));
delete from deliveries where channel = 'sms';
alter table deliveries drop column delivered_at;
alter table deliveries drop constraint deliveries_channel_check;
alter table deliveries add constraint deliveries_channel_check check (channel in ('email'));
drop table consents;
delete from event_reminders where kind = 'soon';
alter table event_reminders drop constraint event_reminders_kind_check;
alter table event_reminders add constraint event_reminders_kind_check check (kind in ('tomorrow', 'today', 'feedback'));
alter table event_signups drop column text_to;
alter table organizations drop column sms_number;
