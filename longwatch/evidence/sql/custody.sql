-- An entry of the ledger tells of one link in the chain of custody, not of several.
create unique index if not exists evidence_custody_one_entry on evidence_custody_event (exhibit_id, version);
