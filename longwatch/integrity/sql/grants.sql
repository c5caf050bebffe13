-- Receipts of anchors and runs of verifying are added, never changed.

revoke update, delete on ledger_anchor, ledger_verification from longwatch_app;
revoke all on ledger_anchor, ledger_verification from longwatch_intake;
grant select on ledger_anchor to longwatch_verifier;
