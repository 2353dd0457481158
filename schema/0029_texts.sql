-- +goose Up

-- How many texts a number had lately from an organisation: nobody can have a phone that is not theirs texted without end.
create index deliveries_texts on deliveries (org_id, recipient, created_at) where channel = 'sms' and recipient <> '';

-- Numbers that the organisation texted from before: phones still answer STOP to them.
alter table organizations add column former_sms_numbers text[] not null default '{}';

-- +goose Down
alter table organizations drop column former_sms_numbers;
drop index deliveries_texts;
