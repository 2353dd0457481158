update organizations set sms_number = '+12165550100' where id = pg_temp.id(1);
update event_signups set text_to = '+12165550123' where id = pg_temp.id(301);
insert into consents (id, org_id, contact_id, channel, address, address_hash, status, method, wording, ip, created_at) values
  (pg_temp.id(461), pg_temp.id(1), pg_temp.id(21), 'sms', '+12165550123', sha256('+12165550123'), 'opt_in', 'form', 'Text me half an hour before.', '192.0.2.7', '2026-11-01'),
  (pg_temp.id(462), pg_temp.id(1), null, 'sms', '', sha256('+12165550124'), 'opt_out', 'keyword', 'STOP', null, '2026-11-02');
