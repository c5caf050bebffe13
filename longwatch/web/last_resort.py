# SPDX-License-Identifier: Apache-2.0
"""What is said when even the page for failures fails: words alone, no template, file, translation or database."""

SENTENCE = "Something broke on our side. The record is safe: what was not finished was not saved."
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Something broke</title></head>
<body>
<h1>Something broke on our side</h1>
<p>{SENTENCE} Try again; if it happens twice, tell an administrator the time.</p>
<p><a href="/">Go to the start</a></p>
<p>Error 500</p>
</body>
</html>
"""
