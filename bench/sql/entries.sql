-- %(count)s ledger entries with leaves as long as real ones; of no rows, so that none is missed.

insert into ledger_entry (id, at, org_id, action, subject_id, record_id, compartment_id, actor_kind, actor_id, via,
  operation_id, leaf, leaf_hash)
select id, moment, %(org)s, 'incident.severity_changed', subject, subject, %(compartment)s, 'account', %(account)s, 'api',
       subject, leaf, sha256('\x00'::bytea || leaf)
  from (select e.*, convert_to(
          '{"action":"incident.severity_changed","actor":{"id":"' || %(account)s || '","kind":"account"},'
          '"at":"' || ledger_moment(moment) || '","commit":{"actor":"' || hash || '","after":"' || hash || '","before":"'
          || hash || '","content":"' || hash || '","reason":"' || hash || '"},"compartment":"' || %(compartment)s
          || '","object":"' || subject || '","operation":"' || subject || '","org":"' || %(org)s || '","record":"'
          || subject || '","v":2,"via":"api"}', 'UTF8') as leaf
          from (select nextval('ledger_entry_id_seq') as id, md5('entry ' || n)::uuid as subject,
                       md5(n::text) || md5('x' || n) as hash, now() as moment
                  from generate_series(1, %(count)s) n) e) l;

-- What a trigger does for entries that are appended one by one.
insert into ledger_pending (entry_id)
select e.id from ledger_entry e
 where e.action = 'incident.severity_changed' and not exists (select from ledger_leaf l where l.entry_id = e.id)
   and not exists (select from ledger_pending p where p.entry_id = e.id);
