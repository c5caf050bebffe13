-- What only the functions of evidence.sql and sealing.sql may do, and who may call them.

grant insert on evidence_exhibit, evidence_custody_event, evidence_key, evidence_blob_check to longwatch_search;
grant update on evidence_exhibit, evidence_key, evidence_blob_check to longwatch_search;
revoke update, delete on evidence_custody_event from longwatch_app;
revoke insert, update, delete on evidence_blob_check from longwatch_app;
grant insert on evidence_rendition, evidence_scan to longwatch_search;
revoke insert, update, delete on evidence_rendition, evidence_scan from longwatch_app;
