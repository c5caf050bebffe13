-- The newest members of a group are read, whatever its size.
create index if not exists grouping_member_newest on grouping_member (group_id, id desc);
-- What is long over is cleaned away, the oldest first.
create index if not exists grouping_group_ended on grouping_group (ended_at) where ended_at is not null;
create index if not exists grouping_habit_hour on grouping_habit (hour);

-- The engine cleans old back-tests away too.
drop policy if exists engine on grouping_trial;
create policy engine on grouping_trial to longwatch_engine using (true) with check (false);
