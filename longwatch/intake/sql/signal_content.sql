-- What an entry about a signal that these functions write (closing.sql) commits to, as longwatch.ledger.writing.row_content
-- says it. What every arrival may change stays outside (intake.models.Signal.ledger_excluded).
comment on column intake_signal.format is 'outside the ledger';
comment on column intake_signal.techniques is 'outside the ledger';
comment on column intake_signal.sender_state is 'outside the ledger';
comment on column intake_signal.sender_changes is 'outside the ledger';
comment on column intake_signal.cleared_at is 'outside the ledger';
comment on column intake_signal.raised_at is 'outside the ledger';
comment on column intake_signal.suppression_id is 'outside the ledger';

create or replace function intake_signal_content(s intake_signal) returns jsonb language sql stable as $$
  select ledger_row_content('intake_signal', to_jsonb(s))
$$;
