-- What an arrival was understood to say is proved beside its raw bytes: mappings change, by people and by releases.
alter table intake_occurrence add column if not exists understood bytea check (octet_length(understood) = 32);
