-- Results may come from what arrived, too, and not from the words that a signal has: where that is erased and the words
-- stay, they go with it.

create or replace function enrichment_forget_arrival() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  -- The look first, as in enrichment_forget: it waits for whoever is writing down what they read.
  delete from enrichment_look where signal_id = new.signal_id;
  delete from enrichment_result where signal_id = new.signal_id;
  return null;
end $$;
alter function enrichment_forget_arrival() owner to longwatch_search;
drop trigger if exists enrichment_forget_arrival on intake_occurrence;
create trigger enrichment_forget_arrival after update of raw on intake_occurrence for each row
  when (new.raw = '' and old.raw <> '') execute function enrichment_forget_arrival();
