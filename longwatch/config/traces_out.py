# SPDX-License-Identifier: Apache-2.0
"""Sends spans to an OpenTelemetry collector, over HTTP with protobuf. Loaded only where the operator wants traces."""

from typing import cast

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from longwatch.core.tracing import KEYS, Kind, Recorded, Value
from longwatch.version import VERSION

KINDS = {"internal": SpanKind.INTERNAL, "server": SpanKind.SERVER, "client": SpanKind.CLIENT}
LONGEST_VALUE = 200
LONGEST_WAIT = 5_000
HTTP_ROUTE = "http.route"
SERVICE = "longwatch"


class Begun:
    """One span of the library; says nothing that is not on the list."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.method = ""

    def set_attribute(self, key: str, value: Value, /) -> None:
        """Add what is known; a request is named by its route as soon as that is known."""
        if key not in KEYS:
            return
        self.span.set_attribute(key, value)
        if key == "http.request.method":
            self.method = str(value)
        if key == HTTP_ROUTE:
            self.span.update_name(f"{self.method} {value}")

    def failed(self) -> None:
        """Mark it as failed."""
        self.span.set_status(StatusCode.ERROR)

    def end(self) -> None:
        """It is over."""
        self.span.end()


class Exporting:
    """Makes spans and sends them in batches, from a thread of its own; what the collector does not take is dropped."""

    def __init__(self, address: str, part: str) -> None:
        # Which spans there are is decided before they begin (core.tracing), so all of these are kept. The operator's
        # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES count before ours.
        ours = Resource({"service.name": SERVICE, "service.version": VERSION, "longwatch.part": part})
        self.provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=_said_by_operator(ours),
            span_limits=SpanLimits(max_span_attributes=len(KEYS), max_attribute_length=LONGEST_VALUE),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=address)
        self.provider.add_span_processor(BatchSpanProcessor(exporter, export_timeout_millis=LONGEST_WAIT))
        self.tracer: Tracer = self.provider.get_tracer(SERVICE, VERSION)
        self.parents = TraceContextTextMapPropagator()

    def begin(self, name: str, kind: Kind, outer: Recorded | None, traceparent: str, /) -> Begun:
        """Begin a span inside of another; of somebody else's when it says so in the way of W3C."""
        context = Context()
        if outer is not None:
            context = set_span_in_context(cast(Begun, outer).span, context)
        elif traceparent:
            context = self.parents.extract({"traceparent": traceparent}, context)
        return Begun(self.tracer.start_span(name, context, KINDS[kind], record_exception=False))

    def stop(self) -> None:
        """Send what is left, and end."""
        self.provider.shutdown()


def _said_by_operator(ours: Resource) -> Resource:
    said = Resource.create().attributes
    named = {key: value for key, value in said.items() if not str(value).startswith("unknown_service")}
    return Resource({**ours.attributes, **named})
