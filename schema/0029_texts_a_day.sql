-- +goose Up

-- How many texts a number had lately from an organisation: nobody can have a phone that is not theirs texted without end.
create index deliveries_texts on deliveries (org_id, recipient, created_at) where channel = 'sms' and recipient <> '';

-- +goose Down
drop index deliveries_texts;
