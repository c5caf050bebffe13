-- What only the functions of evidence.sql may do, and who may call them.

grant insert on evidence_exhibit, evidence_custody_event to longwatch_search;
revoke execute on function evidence_receive_public, evidence_next_number, evidence_blobs_in_use from public;
grant execute on function evidence_receive_public, evidence_next_number, evidence_blobs_in_use to longwatch_app;
revoke update, delete on evidence_custody_event from longwatch_app;
