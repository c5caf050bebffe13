-- What each role may do, said again after every migration. The application role owns nothing and deletes
-- nothing that is a record; partitions are reached through their parents only.

grant usage on schema public to longwatch_app, longwatch_intake, longwatch_verifier, longwatch_search;
grant select, insert, update, delete on all tables in schema public to longwatch_app;
grant usage, select on all sequences in schema public to longwatch_app;
grant select on all tables in schema public to longwatch_search;

do $$
declare
  part record;
  audited record;
  definer record;
begin
  -- Functions that read past row security: for the pages and for each other, not for whoever connects. A package
  -- narrows this further, or lets the intake in.
  for definer in select p.oid::regprocedure as name from pg_proc p
                  where p.prosecdef and p.pronamespace = 'public'::regnamespace loop
    execute format('revoke execute on function %s from public', definer.name);
    execute format('grant execute on function %s to longwatch_app, longwatch_search', definer.name);
  end loop;
  -- Nobody hangs those for triggers on a table of their own, to have them write what they must not.
  for definer in select p.oid::regprocedure as name from pg_proc p
                  where p.prosecdef and p.pronamespace = 'public'::regnamespace and p.prorettype = 'trigger'::regtype loop
    execute format('revoke execute on function %s from longwatch_app', definer.name);
  end loop;
  -- Partitions: no door of their own.
  for part in select c.oid::regclass as name from pg_class c where c.relispartition and c.relkind = 'r' loop
    execute format('revoke all on %s from longwatch_app, longwatch_search', part.name);
  end loop;
  -- Audited rows are never deleted by the application.
  for audited in select distinct tgrelid::regclass as name from pg_trigger
                  where tgname = 'ledger_entry_required_insert' loop
    execute format('revoke delete on %s from longwatch_app', audited.name);
  end loop;
end $$;

revoke update, delete on ledger_entry, ledger_detail from longwatch_app;
revoke all on ledger_pending from longwatch_app;
grant select on ledger_entry, ledger_detail, ledger_pending to longwatch_verifier;
grant insert on ledger_entry, ledger_detail to longwatch_intake;
grant usage on sequence ledger_entry_id_seq to longwatch_intake;
