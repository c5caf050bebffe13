# SPDX-License-Identifier: Apache-2.0
"""Static files for browsers, beside Django: no middleware, no thread of Django's, nothing read as a whole."""

from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from servestatic import ServeStaticASGI

from longwatch.config.limits import Application

# In the folder of gathered files, but not for browsers.
OURS = (".collected", "staticfiles.json")


def beside(pages: Application) -> Application:
    """Answer what is a static file, and leave everything else to the pages.

    While developing, files are looked up where they lie, each time.
    """
    prefix = settings.STATIC_URL
    served: Any = ServeStaticASGI(
        pages, autorefresh=settings.DEBUG, allow_all_origins=False, add_headers_function=_headers
    )
    for folder in _source_folders() if settings.DEBUG else [Path(settings.STATIC_ROOT)]:
        served.add_files(folder, prefix)
    for name in OURS:
        served.files.pop(f"{prefix}{name}", None)
    answer: Application = served
    return answer


def _headers(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"


def _source_folders() -> list[Path]:
    # Both kinds of finders that Django comes with have storages.
    known: list[Any] = list(finders.get_finders())
    return [Path(place.location) for finder in known for place in finder.storages.values()]
