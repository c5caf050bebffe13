-- %(count)s ledger entries with leaves as long as real ones.

insert into ledger_entry (id, at, org_id, action, subject_id, record_id, compartment_id, actor_kind, actor_id, via,
  operation_id, leaf, leaf_hash)
select id, now(), %(org)s, 'incident.severity_changed', subject, subject, %(compartment)s, 'account', %(account)s, 'api',
       subject, leaf, sha256('\x00'::bytea || leaf)
  from (select e.*, convert_to(
          '{"action":"incident.severity_changed","actor":{"id":"' || %(account)s || '","kind":"account"},'
          '"at":"2026-11-22T12:00:00.000000Z","commit":{"actor":"' || hash || '","after":"' || hash || '","before":"'
          || hash || '","reason":"' || hash || '","row":"' || hash || '"},"object":"' || subject || '","operation":"'
          || subject || '","org":"' || %(org)s || '","record":"' || subject || '","v":1}', 'UTF8') as leaf
          from (select nextval('ledger_entry_id_seq') as id, md5('entry ' || n)::uuid as subject,
                       md5(n::text) || md5('x' || n) as hash
                  from generate_series(1, %(count)s) n) e) l;
