-- The tree: pages read it, the verifier reads it, and only two functions, which longwatch_sequencer alone may call, write
-- it. Keys and cosignatures have signatures of their own to stand on; the sequencer adds them.

do $$
declare
  name text;
begin
  foreach name in array array['ledger_leaf', 'ledger_node', 'ledger_checkpoint', 'ledger_cosignature', 'ledger_key'] loop
    execute format('revoke all on %I from longwatch_app, longwatch_intake', name);
    execute format('grant select on %I to longwatch_app, longwatch_verifier, longwatch_sequencer', name);
  end loop;
end $$;

grant insert on ledger_leaf, ledger_node, ledger_checkpoint to longwatch_search;
grant delete on ledger_pending to longwatch_search;
grant select (entry_id) on ledger_pending to longwatch_sequencer;
grant insert on ledger_cosignature, ledger_key to longwatch_sequencer;
grant usage on schema public to longwatch_sequencer;

revoke execute on function ledger_sequence, ledger_keep_checkpoint from public, longwatch_app;
grant execute on function ledger_sequence, ledger_keep_checkpoint to longwatch_sequencer;
