-- Sections that a file leaves out: while it is made, their content is not there, for whoever makes it. Whoever reads
-- pages reads it still. One policy a table, so that no query of a report can forget it.

create or replace function left_out() returns uuid[] language sql stable parallel safe
  set search_path = public, pg_temp as $$
  select coalesce(string_to_array(nullif(current_setting('longwatch.left_out', true), ''), ',')::uuid[], '{}')
$$;

create or replace procedure wall_leaves_out(walled regclass) language plpgsql as $$
begin
  execute format('drop policy if exists leaves_out on %s', walled);
  execute format('create policy leaves_out on %s as restrictive for select to longwatch_app
    using (compartment_id is null or compartment_id <> all ((select left_out())::uuid[]))', walled);
end $$;

call wall_leaves_out('ledger_entry');
call wall_leaves_out('ledger_detail');
