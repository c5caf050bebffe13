-- What waits to be followed: noted by the engine, seen by those inside the compartment, who may forget it with the group.

call wall_by_compartment('grouping_due');
drop policy if exists engine on grouping_due;
create policy engine on grouping_due to longwatch_engine using (true) with check (true);
create index if not exists grouping_due_next on grouping_due (next_at);

-- A group's title, reasons and labels are copies of parts of its signals: when a signal's text is erased (lifecycle.sql
-- writes "(erased)"), they go too. Verdicts stay: what people wrote about a group is history.
create or replace function grouping_forget() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  update grouping_group set title = '(erased)', why = '[]', splits = '[]'
   where id in (select group_id from grouping_member where signal_id = new.id);
  update grouping_member set entities = '[]', rule = '' where signal_id = new.id;
  update grouping_trial set result = result - 'examples' where compartment_id = new.compartment_id;
  return null;
end $$;
alter function grouping_forget() owner to longwatch_search;
drop trigger if exists grouping_forget on intake_signal;
create trigger grouping_forget after update of title on intake_signal for each row
  when (new.title = '(erased)' and old.title <> '(erased)') execute function grouping_forget();
do $$ declare name text; begin
  foreach name in array array['grouping_group', 'grouping_member', 'grouping_trial'] loop
    execute format('drop policy if exists forgets on %I', name);
    execute format('create policy forgets on %I for update to longwatch_search using (true) with check (true)', name);
  end loop;
end $$;
