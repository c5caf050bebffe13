# SPDX-License-Identifier: Apache-2.0
"""Mail settings from one URL, and a real message to a real server on this machine."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import send_mail

from longwatch.config.mail import mail_settings
from longwatch.core.environment import SettingError


class TestWithoutAServer:
    def test_is_written_to_the_log_or_the_folder_of_the_demo(self, tmp_path: Path) -> None:
        assert "console" in mail_settings("")["EMAIL_BACKEND"]
        assert mail_settings("", folder=tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path)
        assert "smtp" in mail_settings("smtp://mail.example.org", folder=tmp_path)["EMAIL_BACKEND"]


class Mailbox(socketserver.ThreadingTCPServer):
    """Takes messages by SMTP (RFC 5321) and keeps what was said."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.said: list[str] = []


class Conversation(socketserver.StreamRequestHandler):
    """One sender."""

    server: Mailbox

    def handle(self) -> None:
        """Agree to everything until the sender is done."""
        self._say("220 mailbox")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            self.server.said.append(line)
            verb = line.partition(" ")[0].upper()
            if verb == "DATA":
                self._take()
            elif verb == "QUIT":
                return self._say("221 bye")
            else:
                self._say("250 fine")
        return None

    def _take(self) -> None:
        self._say("354 go on")
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            self.server.said.append(line)
        self._say("250 kept")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        thread = threading.Thread(target=box.serve_forever)
        thread.start()
        yield box
        box.shutdown()
        thread.join()


class TestMailSettings:
    """mail_settings"""

    def test_reach_a_server(self, settings: LazySettings) -> None:
        with mailbox() as box:
            for name, value in mail_settings(f"smtp://127.0.0.1:{box.server_address[1]}?tls=0").items():
                setattr(settings, name, value)
            assert send_mail("Gate", "Somebody is there.", "longwatch@halden.test", ["ana@halden.test"]) == 1
        assert "rcpt TO:<ana@halden.test>" in box.said
        assert {"Subject: Gate", "Somebody is there."} <= set(box.said)

    @pytest.mark.parametrize(
        ("url", "port", "ssl", "tls"),
        [
            ("smtp://mail.example.org", 587, False, True),
            ("smtp://mail.example.org:25?tls=0", 25, False, False),
            ("smtps://mail.example.org", 465, True, False),
        ],
    )
    def test_encrypt_unless_told_otherwise(self, url: str, port: int, ssl: bool, tls: bool) -> None:
        made = mail_settings(url)
        assert (made["EMAIL_PORT"], made["EMAIL_USE_SSL"], made["EMAIL_USE_TLS"]) == (port, ssl, tls)

    def test_take_a_name_and_a_password_with_any_character(self) -> None:
        made = mail_settings("smtp://jo%40halden.test:p%40ss%2Fword@mail.example.org")
        assert (made["EMAIL_HOST_USER"], made["EMAIL_HOST_PASSWORD"]) == ("jo@halden.test", "p@ss/word")

    def test_write_to_the_log_without_a_server(self) -> None:
        assert mail_settings("") == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}

    @pytest.mark.parametrize("url", ["http://mail.example.org", "mail.example.org", "smtp://", "smtp:25"])
    def test_refuse_what_is_no_mail_server(self, url: str) -> None:
        with pytest.raises(SettingError, match="smtp://user:password@"):
            mail_settings(url)
