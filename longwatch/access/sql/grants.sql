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

-- Who verifies compares every audited row with the ledger, so it reads them all, and writes nothing. Not
-- passwords and keys: nothing is committed to about them.
do $$
declare
  audited record;
begin
  for audited in
    select c.oid::regclass as name, c.relrowsecurity as walled,
           string_agg(quote_ident(a.attname), ', ') as columns,
           exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'verifies') as known
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname not in ('password', 'wrapped')
       and not c.relispartition
       and (c.relname = 'intake_occurrence' or exists (
              select from pg_attribute v where v.attrelid = c.oid and v.attname = 'version' and not v.attisdropped))
     group by c.oid, c.relrowsecurity loop
    execute format('grant select (%s) on %s to longwatch_verifier', audited.columns, audited.name);
    if audited.walled and not audited.known then
      execute format('create policy verifies on %s for select to longwatch_verifier using (true)', audited.name);
    end if;
  end loop;
end $$;

-- Attempts are counted by functions only (break_glass.sql).
revoke insert, update, delete on access_attempt from longwatch_app;
grant insert on access_attempt to longwatch_search;
revoke execute on function access_count_attempt from public;
grant execute on function access_count_attempt to longwatch_search;
revoke delete on access_notice from longwatch_app;
grant insert on access_notice to longwatch_search;
