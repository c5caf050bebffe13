-- Every change of these tables needs a ledger entry. Of an account, all but the password hash, which Django
-- renews by itself when its parameters change; a chosen new password appends its own entry.

call ledger_guard('access_organisation');
call ledger_guard('access_account', 'org_id, email, name, title, roles, time_zone, theme, single_keys, is_active,
                                     created_at, version');
call ledger_guard('access_compartment');
call ledger_guard('access_membership');
call ledger_guard('access_api_token');
