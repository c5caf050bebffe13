-- %(count)s signals of one organisation over half a year, older ones mostly judged. Deterministic: every choice is a
-- hash of the number. Run by the administrator with triggers and foreign keys off; only sizes and shares matter here.

create or replace function pg_temp.chance(n bigint, salt int) returns float8 language sql immutable parallel safe as $$
  select (hashint8extended(n, salt) & 2147483647) / 2147483648.0
$$;

-- Nine thousand made-up words; the first of them are far more common than the last.
create or replace function pg_temp.word(n bigint, salt int) returns text language sql immutable parallel safe as $$
  select translate((1000 + floor(9000 * power(pg_temp.chance(n, salt), 3)))::int::text, '0123456789', 'aeioubdlrs')
$$;

create or replace function pg_temp.thing(n bigint, salt int, many int) returns int language sql immutable parallel safe
as $$ select floor(many * power(pg_temp.chance(n, salt), 3))::int $$;

insert into intake_signal (
  id, org_id, compartment_id, source_id, kind, dedup_key, rule, title, description, severity, status, entities,
  entity_ids, place, links, tags, report, occurred_at, first_seen, last_seen, count, dismiss_reason, dismiss_note,
  closed_at, format, techniques, sender_state, sender_changes, version)
select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
         || substr(md5(n::text), 4, 15))::uuid,
       %(org)s,
       (%(compartments)s::uuid[])[1 + (share > (%(borders)s::float8[])[1])::int + (share > (%(borders)s::float8[])[2])::int
         + (share > (%(borders)s::float8[])[3])::int],
       (%(sources)s::uuid[])[1 + n %% cardinality(%(sources)s::uuid[])],
       case when pg_temp.chance(n, 3) < 0.97 then 'alert' else 'report' end,
       sha256(n::text::bytea), 'rule-' || pg_temp.thing(n, 4, 400),
       (array['Failed login on', 'Malware blocked on', 'Badge refused at', 'Unusual upload from', 'Policy violated by',
              'Port scan against', 'Door held open near', 'New admin on'])[1 + n %% 8] || ' ' || host.value || ' '
         || pg_temp.word(n, 5) || ' ' || pg_temp.word(n, 6),
       'Seen by the sensor: ' || case when n %% 20000 = 7 then 'zebrafink ' else '' end
         || (select string_agg(pg_temp.word(n * 64 + w, 7), ' ') from generate_series(1, 24) w),
       least(4, floor(5 * power(pg_temp.chance(n, 8), 1.5)))::int,
       state, jsonb_build_array(address.named, host.named, account.named), array[address.id, host.id, account.id],
       case when n %% 5 = 0 then 'Plant ' || n %% 12 || ', gate ' || chr(65 + n %% 6) else '' end,
       '{}', array[pg_temp.word(n, 9)], '{}', at, at, at + interval '40 minutes' * pg_temp.chance(n, 10),
       1 + floor(30 * power(pg_temp.chance(n, 11), 4))::int,
       case when state = 'dismissed' then (array['benign', 'false_positive', 'no_threat', 'duplicate'])[1 + n %% 4]
            else '' end, '', case when state <> 'new' then at + interval '2 hours' end, '', '{}', '', '{}', 1
  from (select n, now() - interval '180 days' * (1 - n::float8 / %(count)s) - interval '1 minute' as at,
               pg_temp.chance(n, 1) as share,
               -- Open ones lie in the newer half: one in ten there, one in twenty of all.
               case when pg_temp.chance(n, 2) < 0.10 and n > %(count)s / 2 then 'new'
                    when pg_temp.chance(n, 2) < 0.80 then 'dismissed'
                    when pg_temp.chance(n, 2) < 0.95 then 'in_incident' else 'in_case' end as state
          from generate_series(1, %(count)s) n) s
  join bench_thing address on address.kind = 'ip' and address.number = pg_temp.thing(s.n, 20, 20000)
  join bench_thing host on host.kind = 'host' and host.number = pg_temp.thing(s.n, 21, 2000)
  join bench_thing account on account.kind = 'account' and account.number = pg_temp.thing(s.n, 22, 5000)
 order by s.n;

-- Raw payloads of what is open, so that a signal's page has what it shows.
insert into intake_occurrence (id, at, org_id, signal_id, source_id, raw, sha256, content_type, entry_id)
select id, greatest(first_seen, date_trunc('month', now())), org_id, id, source_id, convert_to(entities::text, 'UTF8'),
       sha256(convert_to(entities::text, 'UTF8')), 'application/json', 1
  from intake_signal where status = 'new' and version = 1;
