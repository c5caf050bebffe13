-- What the stages of the engine read of a signal stands until they are done with it: erasing it, which locks it for
-- update, waits for them, or they leave it for the next round. Receiving and judging wait for no stage, and no stage
-- for them. The engine itself may write no signal, so it cannot lock one.
create or replace function intake_hold_still(wanted uuid[]) returns setof uuid language sql volatile security definer
  set search_path = public, pg_temp as $$
  select s.id from intake_signal s where s.id = any (wanted) order by s.id for key share skip locked
$$;
alter function intake_hold_still(uuid[]) owner to longwatch_search;
