# SPDX-License-Identifier: Apache-2.0
"""The pages by which people write into a record; incidents and cases each mount a desk of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django import forms
from django.db.models import Count, Model, Q, QuerySet, Window
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.permission import signed_in
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.records import selectors
from longwatch.records.forms import CorrectionForm, EntryForm, ResolutionForm, TaskForm, WaiverForm
from longwatch.records.models import Task, TimelineEntry
from longwatch.records.reading import Reading, composer_kinds, read_timeline
from longwatch.records.reference import RecordRef, placed
from longwatch.records.sentences import Sentence
from longwatch.records.services import tasks as task_services
from longwatch.records.services import timeline as timeline_services
from longwatch.web.forms import blame
from longwatch.web.toasts import say

Row = TypeVar("Row", bound=Model)
TASK = "task"
# What a column beside the timeline shows of a long list, until somebody asks for all of it.
FIRST_SHOWN = 10
WAITING = Window(Count("id", filter=Q(status="open")))


class People(Protocol):
    """How a desk names people and things in a record; the entities package brings it."""

    form: type[forms.Form]

    def named(self, record_id: UUID) -> QuerySet[Any]:
        """The open mentions of a record, those first whom it is about."""

    def add(self, record: RecordRef, values: Mapping[str, Any], *, by: Actor) -> object:
        """Name somebody or something."""

    def end(self, record: RecordRef, mention_id: UUID, *, by: Actor) -> object:
        """Take a name out again."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one kind of record is written: its URL names begin with `namespace`, its page is `<namespace>:<page>`.

    `load` finds the record by its reference and refuses (404) whoever may not read it; `readers` says who can read it.
    """

    namespace: str
    page: str
    load: Callable[[HttpRequest, str], RecordRef]
    readers: Callable[[RecordRef], str]
    catalogue: Mapping[str, Sentence]
    people: People
    decisions: bool = False
    # The sections of the record that the actor may write into, besides its core.
    sections: Callable[[RecordRef], Sequence[Any]] | None = None
    # Whether the desk is of one section alone, so that nothing of any other shows on it.
    one_section: bool = False

    def urls(self, prefix: str) -> list[URLPattern]:
        """All addresses below the record's page, such as `incidents/<reference>/entries`."""
        here = f"{prefix}/<str:reference>"
        return [
            path(f"{here}/timeline", require_GET(self.timeline), name="timeline"),
            path(f"{here}/entries", require_POST(self.entries), name="entries"),
            path(f"{here}/entries/<uuid:entry_id>/pin", require_POST(self.pin), name="entry-pin"),
            path(f"{here}/entries/<uuid:entry_id>/correction", self.correction, name="entry-correction"),
            path(f"{here}/tasks/new", self.new_task, name="task-new"),
            path(f"{here}/tasks/<uuid:task_id>/completion", require_POST(self.completion), name="task-completion"),
            path(f"{here}/tasks/<uuid:task_id>/waiver", self.waiver, name="task-waiver"),
            path(f"{here}/tasks/<uuid:task_id>/reopening", require_POST(self.reopening), name="task-reopening"),
            path(f"{here}/tasks/<uuid:task_id>/assignment", self.assignment, name="task-assignment"),
            path(f"{here}/people", require_POST(self.add_mention), name="mentions"),
            path(f"{here}/people/<uuid:mention_id>/end", require_POST(self.end_mention), name="mention-end"),
        ]

    # What templates need.

    def frame(self, record: RecordRef, actor: Actor, readers: str = "") -> dict[str, Any]:
        """What every template of records/ expects to find."""
        works = actor.may(record.work_permission)
        return {
            "ns": self.namespace,
            "record": record,
            "record_url": self.page_url(record),
            "may_write": works and not record.closed,
            "may_pin": works,
            "composer_kinds": composer_kinds(decisions=self.decisions),
            "readers": readers or self.readers(record),
            "sections": self._sections(record),
        }

    def _sections(self, record: RecordRef) -> list[Any]:
        """The sections that the reader is inside: for the choice of who will read what is written."""
        return [each for each in self.sections(record) if each.inside] if self.sections else []

    def _only(self, record: RecordRef) -> UUID | None:
        return record.compartment_id if self.one_section else None

    def _placed(self, request: HttpRequest, record: RecordRef) -> RecordRef:
        """The record, or the section of it that the form names."""
        return placed(record, _section_id(request.POST.get("section", "")))

    def timeline_part(self, request: HttpRequest, record: RecordRef) -> dict[str, Any]:
        """What records/timeline.html shows."""
        return {"reading": self._reading(request, record)}

    def _reading(self, request: HttpRequest, record: RecordRef) -> Reading:
        by = signed_in(request)
        return read_timeline(request, record.id, self.catalogue, by=by, only=self._only(record))

    def tasks_part(self, record: RecordRef, *, whole: bool = True) -> dict[str, Any]:
        """What records/tasks.html shows: all tasks, or the first that wait."""
        found = selectors.tasks(record.id).annotate(waiting=WAITING)
        shown, total = _first(found.filter(**self._narrowed(record)), whole)
        return {"tasks": shown, "tasks_total": total, "open_count": _said(shown, "waiting"), "all_tasks": whole}

    def people_part(self, record: RecordRef, form: forms.Form | None = None, *, whole: bool = True) -> dict[str, Any]:
        """What records/people.html shows: everybody, or those first whom the record is about."""
        shown, total = _first(self.people.named(record.id).filter(**self._narrowed(record)), whole)
        return {
            "mentions": shown,
            "mentions_total": total,
            "all_people": whole,
            "mention_form": form or self.people.form(auto_id="mention-%s"),
            "entity_urls": _exists("entities:entity"),
        }

    def _narrowed(self, record: RecordRef) -> dict[str, UUID]:
        return {"compartment_id": record.compartment_id} if self.one_section else {}

    def page_url(self, record: RecordRef) -> str:
        """The record's own page."""
        return reverse(f"{self.namespace}:{self.page}", args=[record.reference])

    # Timeline.

    def timeline(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The lines alone: for live refresh, and the older ones for the button below them."""
        record, actor = self._load(request, reference)
        more = "more" in request.GET
        part = {"reading": self._reading(request, record), "appended": more}
        return render(request, "records/entries.html", self.frame(record, actor) | part)

    def entries(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Add a line, or a task when the composer says so."""
        record, actor = self._load(request, reference)
        place = self._placed(request, record)
        if request.POST.get("kind") == TASK:
            self._composed_task(request, place, actor)
        else:
            form = EntryForm(request.POST)
            if not form.is_valid():
                raise _refusal(form)
            timeline_services.add_entry(place, **form.entry(), by=actor)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{self.page_url(record)}#timeline")
        whole = wants_all(request, "tasks")
        parts = self.timeline_part(request, record) | self.tasks_part(record, whole=whole) | {"oob": True}
        return render(request, "records/written.html", self.frame(record, actor) | parts)

    def pin(self, request: HttpRequest, reference: str, entry_id: UUID) -> HttpResponse:
        """Pin a line to the top, or unpin it."""
        record, actor = self._load(request, reference)
        timeline_services.pin_entry(record, entry_id, pinned=request.POST.get("pinned") == "yes", by=actor)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(self.page_url(record))
        return render(request, "records/lines.html", self.frame(record, actor) | self.timeline_part(request, record))

    def correction(self, request: HttpRequest, reference: str, entry_id: UUID) -> HttpResponse:
        """Say it again, rightly; what was said first stays readable."""
        record, actor = self._load(request, reference)
        old = selectors.entry(record.id, entry_id)
        form = CorrectionForm(
            request.POST or None, initial={"text": old.text, "occurred_at": old.occurred_at}, auto_id="correct-%s"
        )

        def act() -> object:
            return timeline_services.correct_entry(record, entry_id, by=actor, **form.cleaned_data)

        words = {"heading": _("Correct an entry"), "action": _("Save correction")}
        return self._form_page(request, record, form, act, words | _said_before(old))

    # Tasks.

    def new_task(self, request: HttpRequest, reference: str) -> HttpResponse:
        """A task with its owner and due time."""
        record, actor = self._load(request, reference)
        form = TaskForm(request.POST or None, people=self._possible_owners(record, actor))

        def act() -> object:
            values = form.cleaned_data
            owner = UUID(values["owner"]) if values["owner"] else None
            return task_services.add_task(
                self._placed(request, record), title=values["title"], owner_id=owner, due_at=values["due_at"], by=actor
            )

        words = {"heading": _("Add a task"), "action": _("Add task"), "choose_section": True}
        return self._form_page(request, record, form, act, words)

    def completion(self, request: HttpRequest, reference: str, task_id: UUID) -> HttpResponse:
        """Mark a task as done."""
        record, actor = self._load(request, reference)
        form = ResolutionForm(request.POST)
        note = form.cleaned_data["note"] if form.is_valid() else ""
        task_services.finish_task(record, task_id, resolution=note, by=actor)
        undo = reverse(f"{self.namespace}:task-reopening", args=[record.reference, task_id])
        say(request, _("Task done."), undo_url=undo)
        return self._tasks(request, record, actor)

    def reopening(self, request: HttpRequest, reference: str, task_id: UUID) -> HttpResponse:
        """Open a finished or waived task again."""
        record, actor = self._load(request, reference)
        task_services.reopen_task(record, task_id, by=actor)
        return self._tasks(request, record, actor)

    def waiver(self, request: HttpRequest, reference: str, task_id: UUID) -> HttpResponse:
        """Say why a task need not be done."""
        record, actor = self._load(request, reference)
        task = _task(record, task_id)
        form = WaiverForm(request.POST or None)

        def act() -> object:
            return task_services.waive_task(record, task_id, reason=form.cleaned_data["note"], by=actor)

        words = {
            "heading": _("Waive a task"),
            "action": _("Waive task"),
            "before": task.title,
            "before_heading": _("Task"),
        }
        return self._form_page(request, record, form, act, words)

    def assignment(self, request: HttpRequest, reference: str, task_id: UUID) -> HttpResponse:
        """Give a task to somebody, or change when it is due."""
        record, actor = self._load(request, reference)
        task = _task(record, task_id)
        initial = {"title": task.title, "owner": str(task.owner_id or ""), "due_at": task.due_at}
        form = TaskForm(request.POST or None, initial=initial, people=_owners([task.compartment_id], actor))
        del form.fields["title"]

        def act() -> object:
            owner = UUID(form.cleaned_data["owner"]) if form.cleaned_data["owner"] else None
            return task_services.assign_task(
                record, task_id, owner_id=owner, due_at=form.cleaned_data["due_at"], by=actor
            )

        words = {"heading": _("Change a task"), "action": _("Save"), "before": task.title, "before_heading": _("Task")}
        return self._form_page(request, record, form, act, words)

    # People and things.

    def add_mention(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Name a person or thing with its part."""
        record, actor = self._load(request, reference)
        form = self.people.form(request.POST, auto_id="mention-%s")
        added = False
        if form.is_valid():
            try:
                self.people.add(self._placed(request, record), form.cleaned_data, by=actor)
                form, added = self.people.form(auto_id="mention-%s"), True
            except Invalid as error:
                blame(form, error)
        # Whoever was added is seen to be there, also when others come first.
        return self._people(request, record, actor, form, whole=added)

    def end_mention(self, request: HttpRequest, reference: str, mention_id: UUID) -> HttpResponse:
        """Take a person or thing out again; history keeps it."""
        record, actor = self._load(request, reference)
        self.people.end(record, mention_id, by=actor)
        return self._people(request, record, actor, None)

    # Shared steps.

    def _possible_owners(self, record: RecordRef, actor: Actor) -> list[tuple[str, str]]:
        """Whoever reads one of the places that a new task may go to; the service knows which of them it is."""
        return _owners([record.compartment_id, *(place.id for place in self._sections(record))], actor)

    def _load(self, request: HttpRequest, reference: str) -> tuple[RecordRef, Actor]:
        record = self.load(request, reference)
        return record, signed_in(request)

    def _composed_task(self, request: HttpRequest, record: RecordRef, actor: Actor) -> None:
        form = TaskForm({"title": request.POST.get("text", ""), "due_at": request.POST.get("due_at", "")}, people=[])
        if not form.is_valid():
            raise _refusal(form)
        task_services.add_task(record, title=form.cleaned_data["title"], due_at=form.cleaned_data["due_at"], by=actor)

    def _tasks(self, request: HttpRequest, record: RecordRef, actor: Actor) -> HttpResponse:
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{self.page_url(record)}#tasks")
        part = self.tasks_part(record, whole=wants_all(request, "tasks"))
        context = self.frame(record, actor) | part | {"with_toasts": True}
        return render(request, "records/tasks.html", context)

    def _people(
        self, request: HttpRequest, record: RecordRef, actor: Actor, form: forms.Form | None, *, whole: bool = False
    ) -> HttpResponse:
        status = 422 if form is not None and form.errors else 200
        if not request.headers.get("HX-Request"):
            if form is not None and form.errors:
                raise _refusal(form)
            return HttpResponseRedirect(f"{self.page_url(record)}#people")
        part = self.people_part(record, form, whole=whole or wants_all(request, "people"))
        context = self.frame(record, actor) | part
        return render(request, "records/people.html", context, status=status)

    def _form_page(
        self,
        request: HttpRequest,
        record: RecordRef,
        form: forms.Form,
        act: Callable[[], object],
        words: dict[str, Any],
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            try:
                act()
                return HttpResponseRedirect(self.page_url(record))
            except Invalid as error:
                blame(form, error)
        context = self.frame(record, signed_in(request)) | words | {"form": form}
        return render(request, "records/form.html", context, status=422 if form.errors else 200)


def wants_all(request: HttpRequest, what: str) -> bool:
    """Whether a list is asked for to its end, as in ?all=people."""
    return what in request.GET.getlist("all")


def _first(rows: QuerySet[Row], whole: bool) -> tuple[list[Row], int]:
    """All rows or the first ones, and how many there are, in one statement."""
    counted = rows.annotate(in_all=Window(Count("*")))
    shown = list(counted if whole else counted[:FIRST_SHOWN])
    return shown, _said(shown, "in_all")


def _said(rows: Sequence[Model], name: str) -> int:
    """What each row says of all."""
    return int(vars(rows[0])[name]) if rows else 0


def _task(record: RecordRef, task_id: UUID) -> Task:
    found = selectors.tasks(record.id).filter(id=task_id).first()
    if found is None:
        raise NotFound
    return found


def _owners(compartment_ids: Sequence[UUID], actor: Actor) -> list[tuple[str, str]]:
    """The people who may read at least one of these places, by name."""
    return [(str(each.id), each.name) for each in task_services.possible_owners(*compartment_ids, by=actor)]


def _said_before(old: TimelineEntry) -> dict[str, str]:
    return {"before": old.text, "before_heading": _("What it says now; it stays readable below the correction")}


def _refusal(form: forms.Form) -> Invalid:
    fields = {name: str(errors[0]) for name, errors in form.errors.items()}
    return Invalid(next(iter(fields.values()), _("Something is missing.")), fields=fields)


def _section_id(text: str) -> UUID | None:
    """The section that a form names; what is no identifier at all names nothing that is there (404)."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _exists(route: str) -> bool:
    try:
        reverse(route, args=["00000000-0000-0000-0000-000000000000"])
    except NoReverseMatch:
        return False
    return True
