-- %(count)s incidents, every twenty-fifth open, with two entities and one task each.

insert into incidents_incident (
  id, org_id, compartment_id, reference, title, summary, opened_at, opened_by_id, closed_at, version, category, severity,
  severity_reason, status, place, occurred_at, commander_id, next_action, next_action_due, restricted, is_drill,
  triage_at, active_at, stabilized_at, disposition, closing_summary, case_answer)
select md5('bench incident ' || n)::uuid, %(org)s, %(compartment)s, 'INC-' || extract(year from at)::int || '-' || 10000 + n,
       (array['Trespass at', 'Phishing wave against', 'Threat to staff of', 'Data theft at', 'Theft from',
              'Malware outbreak in'])[1 + n %% 6] || ' plant ' || n %% 40,
       'Several sensors and two people report the same thing within the hour.', at, %(account)s,
       case when not open then at + interval '9 hours' end, 1, (%(categories)s::text[])[1 + n %% cardinality(%(categories)s::text[])],
       n %% 5, '', case when open then (array['reported', 'triage', 'active', 'stabilized'])[1 + n / 25 %% 4] else 'closed' end,
       'Plant ' || n %% 40, at - interval '20 minutes', case when n %% 3 > 0 then %(account)s::uuid end, 'Call the site',
       case when n %% 2 = 0 then at + interval '1 day' end, false, false, at, at, null,
       case when open then '' else 'mitigated' end, '', case when open then '' else 'no' end
  from (select n, n %% 25 = 0 as open, now() - interval '1 hour' * n as at from generate_series(1, %(count)s) n) s;

insert into entities_mention (id, org_id, compartment_id, record_kind, record_id, entity_id, kind, value, key, part,
  note, added_at, added_by_id, version)
select gen_random_uuid(), %(org)s, %(compartment)s, 'incident', md5('bench incident ' || n)::uuid,
       (%(ids)s::uuid[])[t], 'ip', (%(values)s::text[])[t], 'ip:' || (%(values)s::text[])[t], 'indicator', '',
       now() - interval '1 hour' * n, %(account)s, 1
  from generate_series(1, %(count)s) n
  cross join lateral (values (1 + n %% cardinality(%(ids)s::uuid[])), (1 + (n * 7 + 3) %% cardinality(%(ids)s::uuid[]))) as e (t)
on conflict do nothing;

insert into records_task (id, org_id, compartment_id, record_kind, record_id, title, owner_id, due_at, status,
  resolution, created_at, created_by_id, version)
select gen_random_uuid(), %(org)s, %(compartment)s, 'incident', md5('bench incident ' || n)::uuid, 'Ask the neighbours',
       %(account)s, now() + interval '1 day', 'open', '', now() - interval '1 hour' * n, %(account)s, 1
  from generate_series(1, %(count)s) n;
