-- What is kept quiet can be most of what is open: lists of what is to be judged, and of what is kept quiet, each walk
-- an index that holds nothing else.

drop index if exists intake_signal_open_newest;
drop index if exists intake_signal_open_severe;
drop index if exists intake_signal_open_source;
drop index if exists intake_signal_open_kind;
create index intake_signal_open_newest on intake_signal (org_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is null;
create index intake_signal_open_severe on intake_signal (org_id, severity desc, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is null;
create index intake_signal_open_source on intake_signal (source_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is null;
create index intake_signal_open_kind on intake_signal (org_id, kind, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and kind <> 'alert' and suppression_id is null;
create index intake_signal_quiet_newest on intake_signal (org_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is not null;
create index intake_signal_quiet_severe on intake_signal (org_id, severity desc, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is not null;
create index intake_signal_quiet_source on intake_signal (source_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is not null;
