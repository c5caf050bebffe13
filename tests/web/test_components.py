# SPDX-License-Identifier: Apache-2.0
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.utils import timezone

from longwatch.core import clock
from longwatch.web.forms import LongwatchRenderer
from tests.web.rendering import rendered

NOW = datetime(2026, 11, 22, 13, 2, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.parametrize("value", [4, "critical", "4"])
def test_a_severity_is_a_tint_an_icon_and_a_word(value: int | str) -> None:
    html = rendered("{% severity value %}", value=value)
    assert "severity-critical" in html
    assert "#octagon-alert" in html
    assert html.endswith("Critical</span>")


def test_an_icon_without_a_label_is_silent() -> None:
    assert 'aria-hidden="true"' in rendered('{% icon "inbox" %}')


def test_an_icon_with_a_label_speaks_and_is_escaped() -> None:
    html = rendered('{% icon "inbox" label=label %}', label='"><script>')
    assert 'role="img"' in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=3, minutes=50), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=40), "13 Oct 2026"),
        (-timedelta(minutes=5), "in 5 min"),
    ],
)
def test_a_time_is_said_in_a_few_words(ago: timedelta, words: str) -> None:
    assert f">{words}</time>" in rendered("{% when at %}", at=NOW - ago)


def test_a_time_carries_the_full_time_in_the_readers_zone() -> None:
    with timezone.override("Europe/Berlin"):
        html = rendered("{% when at %}", at=NOW)
    assert 'title="22 Nov 2026, 14:02:11 CET"' in html
    assert 'datetime="2026-11-22T13:02:11+00:00"' in html


def test_a_time_that_has_not_come_says_so() -> None:
    assert "not yet" in rendered("{% when at %}", at=None)


@pytest.mark.parametrize(
    ("left", "tone", "words"),
    [
        (timedelta(hours=7), "calm", "due in 7 h<"),
        (timedelta(days=2), "calm", "due in 2 days<"),
        (timedelta(days=2, hours=3), "calm", "due in 2 d 3 h<"),
        (-timedelta(hours=2, seconds=40), "late", ">2 h overdue"),
        (timedelta(minutes=34), "soon", "due in 34 min"),
        (-timedelta(minutes=95), "late", "1 h 35 min overdue"),
    ],
)
def test_a_countdown_says_how_late_it_is_in_words_and_tone(left: timedelta, tone: str, words: str) -> None:
    html = rendered("{% due at %}", at=NOW + left)
    assert f"countdown-{tone}" in html
    assert words in html


def test_a_reference_is_a_link_that_can_be_copied() -> None:
    html = rendered('{% reference "INC-2026-0142" "/incidents/INC-2026-0142" %}')
    assert 'href="/incidents/INC-2026-0142"' in html
    assert 'data-copy="INC-2026-0142"' in html


def test_a_name_cannot_carry_markup() -> None:
    assert "<b>" not in rendered("{% person name %}", name="<b>Mara</b>")


def test_nobody_is_said_in_words() -> None:
    assert "Nobody yet" in rendered("{% person name %}", name="")


class ReportForm(forms.Form):
    default_renderer = LongwatchRenderer()
    title = forms.CharField(label="What happened", help_text="One sentence.")
    place = forms.CharField(label="Where", required=False)
    moment = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), required=False)


def test_a_field_has_a_label_help_and_no_error_at_first() -> None:
    html = str(ReportForm()["title"].as_field_group())
    assert '<label class="field-label" for="id_title">What happened</label>' in html
    assert 'id="id_title_helptext">One sentence.' in html
    assert "field-error" not in html


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "(optional)" in str(ReportForm()["place"].as_field_group())


def test_a_field_for_a_time_names_the_zone_it_is_read_in() -> None:
    with timezone.override("Europe/Lisbon"):
        assert "Europe/Lisbon" in str(ReportForm()["moment"].as_field_group())


def test_a_wrong_form_begins_with_a_summary_that_links_to_the_field() -> None:
    html = str(ReportForm({}))
    assert "There is a problem" in html
    assert '<a href="#id_title">What happened: This field is required.</a>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_label_that_asks_gets_no_colon_in_the_summary() -> None:
    class Asking(forms.Form):
        default_renderer = LongwatchRenderer()
        what = forms.CharField(label="What happened?")

    assert ">What happened? This field is required.</a>" in str(Asking({}))


def test_a_good_form_has_no_summary() -> None:
    assert "There is a problem" not in str(ReportForm({"title": "Smoke"}))
