# SPDX-License-Identifier: Apache-2.0
"""Makes sure a Chromium is there for the browser tests: an installed one, else Debian's when we may install it."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    return os.environ.get("LONGWATCH_TEST_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    if find_browser() or os.environ.get("LONGWATCH_NO_INSTALL"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("The browser tests need Chromium: install it, or set LONGWATCH_TEST_BROWSER to its path.")
    print("Installing Chromium for the browser tests (LONGWATCH_NO_INSTALL=1 prevents this)", flush=True)
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *words], env=variables, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
