-- One record with much in it: %(entries)s timeline entries, a fifth as many changes in the ledger, tasks and people.

insert into records_timeline_entry (id, org_id, compartment_id, record_kind, record_id, kind, text, occurred_at,
  recorded_at, author_id, author_label, pinned, version)
select gen_random_uuid(), %(org)s, %(compartment)s, %(kind)s, %(record)s,
       (array['event', 'note', 'note', 'update', 'decision'])[1 + n %% 5],
       'Line ' || n || ': the guard at gate ' || n %% 9 || ' saw the man again and called the operator, who logged the '
         || 'plate and told the shift. Camera ' || n %% 70 || ' has the picture.',
       at - interval '10 minutes' * (n %% 13), at, %(account)s, 'Analyst', n %% 2000 = 0, 1
  from (select n, now() - interval '30 minutes' - interval '2 minutes' * n as at from generate_series(1, %(entries)s) n) s;

insert into ledger_entry (id, at, org_id, action, subject_id, record_id, compartment_id, actor_kind, actor_id, via,
  operation_id, leaf, leaf_hash)
select id, at, %(org)s, action, %(record)s, %(record)s, %(compartment)s, 'account', %(account)s, 'web', %(record)s, leaf,
       sha256('\x00'::bytea || leaf)
  from (select e.*, convert_to(format('{"action":"%%s","at":"%%s","object":"%%s","org":"%%s","record":"%%s","v":1}',
               action, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), %(record)s, %(org)s, %(record)s), 'UTF8') as leaf
          from (select nextval('ledger_entry_id_seq') as id, now() - interval '1 minute' * n as at,
                       (array['task.added', 'task.finished', 'mention.added'])[1 + n %% 3] as action
                  from generate_series(1, %(entries)s / 5) n) e) l;

insert into ledger_detail (entry_id, org_id, compartment_id, fields)
select id, org_id, compartment_id, jsonb_build_object('actor', jsonb_build_object('salt', '00', 'value', 'Analyst'),
         'title', jsonb_build_object('salt', '00', 'value', 'Ask the neighbours'), 'task',
         jsonb_build_object('salt', '00', 'value', 'Ask the neighbours'))
  from ledger_entry e where record_id = %(record)s
   and not exists (select 1 from ledger_detail d where d.entry_id = e.id);

insert into records_task (id, org_id, compartment_id, record_kind, record_id, title, owner_id, due_at, status,
  resolution, created_at, created_by_id, finished_at, version)
select gen_random_uuid(), %(org)s, %(compartment)s, %(kind)s, %(record)s, 'Task ' || n, %(account)s,
       now() + interval '1 hour' * n, case when n %% 2 = 0 then 'done' else 'open' end, '', now() - interval '1 hour' * n,
       %(account)s, case when n %% 2 = 0 then now() end, 1
  from generate_series(1, %(entries)s / 200) n;

insert into entities_mention (id, org_id, compartment_id, record_kind, record_id, entity_id, kind, value, key, part,
  note, added_at, added_by_id, version)
select gen_random_uuid(), %(org)s, %(compartment)s, %(kind)s, %(record)s, (%(ids)s::uuid[])[n], 'ip',
       (%(values)s::text[])[n], 'ip:' || (%(values)s::text[])[n], 'indicator', '', now() - interval '1 minute' * n,
       %(account)s, 1
  from generate_series(1, cardinality(%(ids)s::uuid[])) n;
