-- How much each quiet rule kept quiet: counted by the engine, read by whoever sees the rule.

call wall_by_compartment('intake_quiet_tally');
drop policy if exists engine on intake_quiet_tally;
create policy engine on intake_quiet_tally to longwatch_engine using (true) with check (true);

-- The newest that a rule keeps quiet.
create index if not exists intake_signal_quieted on intake_signal (suppression_id, first_seen desc, id desc)
  where suppression_id is not null;
drop index if exists intake_signal_suppressed;
