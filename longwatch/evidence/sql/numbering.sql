-- The next number in a section of a record, for one writer at a time; a gap among the numbers of one section would tell
-- that there is another.
drop function if exists evidence_next_number(uuid);
create or replace function evidence_next_number(record uuid, place uuid) returns int language plpgsql volatile
  security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('exhibit ' || record::text || ' ' || place::text, 0));
  return (select coalesce(max(number), 0) + 1 from evidence_exhibit where record_id = record and compartment_id = place);
end $$;
alter function evidence_next_number(uuid, uuid) owner to longwatch_search;
