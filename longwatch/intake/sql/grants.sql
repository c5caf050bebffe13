-- Occurrences are read by the application and written only by intake_receive(); the intake role may call that
-- and look up tokens and sources, nothing else.

revoke insert, update, delete on intake_occurrence from longwatch_app;
revoke all on intake_idempotency from longwatch_app, longwatch_search;
grant delete, select (created_at) on intake_idempotency to longwatch_app;

grant insert, update on intake_signal to longwatch_search;
grant insert on intake_occurrence, ledger_entry to longwatch_search;
grant usage on sequence ledger_entry_id_seq to longwatch_search;
-- What closes and reopens signals is asked through its two doors (closing.sql).
grant insert on ledger_detail to longwatch_search;
revoke execute on function intake_follow_record from longwatch_app;
revoke execute on function intake_receive from public;
grant execute on function intake_receive to longwatch_intake, longwatch_app;

revoke insert on ledger_entry, ledger_detail from longwatch_intake;
revoke usage on sequence ledger_entry_id_seq from longwatch_intake;
grant select, insert, update on intake_idempotency to longwatch_intake;
grant select on intake_source to longwatch_intake;
grant select (id, org_id, account_id, token_hash, permissions, source_id, expires_at, revoked_at)
  on access_api_token to longwatch_intake;
grant select (id, org_id, name, roles, is_active) on access_account to longwatch_intake;
grant select (id, slug) on access_organisation to longwatch_intake;

-- Rules end, and are not forgotten.
revoke delete on intake_suppression from longwatch_app;
revoke insert, update, delete on intake_quiet_tally from longwatch_app;
grant select, insert, update on intake_quiet_tally to longwatch_engine;
revoke execute on function intake_quiet_rules from public;
grant execute on function intake_quiet_rules to longwatch_intake, longwatch_app;

-- Versions of mappings are only added; the newest may be retired.
revoke delete on intake_mapping from longwatch_app;
revoke execute on function intake_own_mapping from public;
grant execute on function intake_own_mapping to longwatch_intake, longwatch_app;

-- The engine takes what waits for it; nobody else sees it.
revoke all on intake_unsettled from longwatch_app;
grant select, insert, update on intake_unsettled to longwatch_search;
-- It also locks what it takes.
grant select, update, delete on intake_unsettled to longwatch_engine;
revoke all on intake_settling from longwatch_app, longwatch_search;
grant select, update on intake_settling to longwatch_search;
grant select, insert, update, delete on intake_settling to longwatch_engine;
grant select on intake_signal, intake_source to longwatch_engine;
revoke execute on function intake_hold_still from longwatch_app;
grant execute on function intake_hold_still to longwatch_engine;
revoke delete on intake_delivery from longwatch_app;

-- Reporters: nobody reads which receipt belongs to which exchange but the functions of reporter.sql. What was said is
-- never changed.
revoke all on intake_receipt from longwatch_app;
grant insert on intake_receipt, intake_thread, intake_message, intake_identity, access_compartment, access_exclusion
  to longwatch_search;
revoke update, delete on intake_message, intake_identity from longwatch_app;
revoke update, delete on access_exclusion from longwatch_app;

-- Bodies are kept by their function alone; whoever receives may call it.
revoke insert on intake_delivery from longwatch_app;
grant insert on intake_delivery to longwatch_search;
grant execute on function intake_keep_delivery to longwatch_intake;
revoke all on intake_silence from longwatch_app;
grant insert, delete on intake_silence to longwatch_search;
grant select (id, org_id, source_id, label, scheme, settings, wrapped, closed_at) on intake_door to longwatch_intake;
grant select, update on intake_canary to longwatch_engine;
grant select, update, delete on intake_canary to longwatch_search;
-- Who was told of which rise is for the function that tells.
revoke all on intake_rise_told from longwatch_app;
grant insert, update, delete on intake_rise_told to longwatch_search;

-- What fetches reads its connections and writes how far it is.
grant select on intake_poll to longwatch_intake;
grant select, insert, update on intake_poll_state to longwatch_intake;
grant select, insert, delete on intake_poll_seen to longwatch_intake;
revoke all on intake_poll_seen from longwatch_app, longwatch_search;
-- How far mailboxes were read is written by functions alone.
revoke insert, update, delete on intake_mailbox_state from longwatch_app;
revoke all on intake_mailbox_taken from longwatch_app;
grant select, insert, update on intake_mailbox_state to longwatch_search;
grant select, insert on intake_mailbox_taken to longwatch_search;
