-- Entries that a function of the database appends by itself, because whoever acts may not see the row it changes.
-- Byte for byte what longwatch/ledger/leaf.py makes (tests/intake/services/test_placing.py).

-- A time as Python's isoformat() writes it.
create or replace function ledger_moment(moment timestamptz) returns text language sql immutable parallel safe as $$
  select to_char(moment at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS')
         || case when extract(microseconds from moment)::bigint % 1000000 <> 0
                 then to_char(moment at time zone 'utc', '.US') else '' end || '+00:00'
$$;

-- Canonical JSON (RFC 8785), with integers that others would round as text. PostgreSQL escapes strings as it asks.
create or replace function ledger_canonical(value jsonb) returns text language plpgsql immutable parallel safe as $$
declare
  n numeric;
begin
  case jsonb_typeof(value)
    when 'object' then
      return '{' || coalesce((select string_agg(to_json(key)::text || ':' || ledger_canonical(item), ','
                                                order by key collate "C") from jsonb_each(value) as e (key, item)), '') || '}';
    when 'array' then
      return '[' || coalesce((select string_agg(ledger_canonical(item), ',' order by place)
                                from jsonb_array_elements(value) with ordinality as e (item, place)), '') || ']';
    when 'number' then
      n := value::text::numeric;
      if abs(n) > 9007199254740991 then
        return '"' || trim_scale(n)::text || '"';
      elsif n <> 0 and abs(n) < 0.000001 then
        return regexp_replace(n::float8::text, 'e-0*', 'e-');
      end if;
      return trim_scale(n)::text;
    else return value::text;
  end case;
end $$;

-- An entry with the time, the actor and the operation of another one of this transaction. `details` and `content` (of
-- the row, which is committed to and not kept) are hidden behind salts; whoever calls this has checked who may.
create or replace function ledger_append_after(
    cause ledger_entry, verb text, subject uuid, record uuid, compartment uuid, details jsonb, content jsonb)
  returns bigint language plpgsql volatile as $$
declare
  salt bytea;
  named record;
  commitments jsonb := '{}';
  openings jsonb := '{}';
begin
  for named in select key, value from jsonb_each(details || jsonb_build_object('row', content)) loop
    salt := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    commitments := commitments || jsonb_build_object(named.key,
      encode(sha256(salt || convert_to(ledger_canonical(named.value), 'UTF8')), 'hex'));
    openings := openings || jsonb_build_object(named.key, jsonb_build_object('salt', encode(salt, 'hex'))
      || case when named.key = 'row' then '{}'::jsonb else jsonb_build_object('value', named.value) end);
  end loop;
  return ledger_append(
    cause.at, cause.org_id, verb, subject, record, compartment, cause.actor_kind, cause.actor_id, cause.via,
    cause.operation_id, ledger_canonical(jsonb_build_object(
      'v', 2, 'at', ledger_moment(cause.at), 'org', cause.org_id, 'operation', cause.operation_id, 'action', verb,
      'actor', jsonb_build_object('kind', cause.actor_kind, 'id', cause.actor_id), 'object', subject,
      'record', record, 'compartment', compartment, 'via', cause.via, 'commit', commitments)), openings);
end $$;
