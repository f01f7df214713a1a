"""The OpenAPI 3.1 document: the tablets' wire and the read API. Messages and refusals come from the contract
itself, so that the document cannot say otherwise; a test holds it to the addresses that are served."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import msgspec
from django.utils.translation import gettext_noop as _

import headquarters
from headquarters.api import problems
from headquarters.indicators.criteria import KEYS
from headquarters.indicators.formulas import Missing
from sync import configuration, contract, device, gaps, renewal
from sync.signing import KEY_ID_HEADER, SIGNATURE_HEADER

_MESSAGES: tuple[type, ...] = (
    contract.Batch, contract.Reply, contract.EnrolmentRequest, contract.EnrolmentReply, contract.Problem,
    device.DeviceRequest, device.DeviceAuthorization, device.DeviceTokenRequest,
    configuration.ConfigurationRequest, configuration.ConfigurationReply, gaps.GapsRequest, gaps.GapsReply,
    renewal.KeyRequest, renewal.KeyReply,
)  # fmt: skip
_WIRE = (
    (contract.BATCH_PATH, _("Send events and the heartbeat"), "Batch", "Reply"),
    (
        contract.ENROL_PATH,
        _("Exchange a one-time code for an enrolment"),
        "EnrolmentRequest",
        "EnrolmentReply",
    ),
    (device.AUTHORIZE_PATH, _("Ask to be let in by QR"), "DeviceRequest", "DeviceAuthorization"),
    (device.TOKEN_PATH, _("Ask whether somebody has decided"), "DeviceTokenRequest", "EnrolmentReply"),
    (configuration.PATH, _("Fetch the configuration"), "ConfigurationRequest", "ConfigurationReply"),
    (gaps.PATH, _("Ask what is missing"), "GapsRequest", "GapsReply"),
    (renewal.PATH, _("Change the tablet's key"), "KeyRequest", "KeyReply"),
)
_COUNT = {"type": "integer", "minimum": 0}
_SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_DAY = {"type": "string", "format": "date"}
_CODE = {"type": ["string", "null"], "description": "The office's code; null: tablets that stood nowhere."}
_TALLY = {
    "not_satisfied": _COUNT,
    "satisfied": _COUNT,
    "very_satisfied": _COUNT,
    "n": _COUNT,
    "not_satisfied_share": _SHARE,
    "satisfied_share": {**_SHARE, "description": "(very satisfied + satisfied) / n; null when n is 0."},
    "satisfied_interval": {
        "type": ["array", "null"],
        "items": {"type": "number"},
        "description": "Wilson, 95 %.",
    },
    "small": {"type": "boolean", "description": "Under minimum_n: too few to compare offices by."},
}
_PARTICIPATION = {
    "type": ["object", "null"],
    "properties": {
        "rated": _COUNT,
        "transactions": _COUNT,
        "share": {
            "type": ["number", "null"],
            "minimum": 0,
            "description": "rated / transactions; null when there were none, over 1 when a transaction was "
            "rated more than once.",
        },
    },
    "required": ["rated", "transactions", "share"],
    "description": "Of the days whose transactions the office imported; null: of none.",
}


@functools.cache
def document() -> dict[str, Any]:
    """The whole document."""
    _references, schemas = msgspec.json.schema_components(
        _MESSAGES, ref_template="#/components/schemas/{name}"
    )
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"]).replace("``", "`")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Headquarters of the satisfaction kiosks",
            "version": headquarters.__version__,
            "description": "What tablets say to headquarters (docs/wire.md), and figures for other systems "
            "(docs/api.md): aggregated or reviewed only.",
        },
        "paths": {path: {"post": _post(*words)} for path, *words in _WIRE} | _reads(),
        "components": {
            "schemas": schemas | _read_schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by a system administrator.",
                },
                "tablet": {
                    "type": "apiKey",
                    "in": "header",
                    "name": SIGNATURE_HEADER,
                    "description": f"Ed25519 over the packed body, base64; {KEY_ID_HEADER} says whose.",
                },
            },
        },
    }


def _post(summary: str, sent: str, answered: str) -> dict[str, Any]:
    codes: dict[int, list[str]] = {}
    for code, (status, _meaning) in contract.PROBLEMS.items():
        codes.setdefault(status, []).append(code)
    refused = {str(status): _json(", ".join(names), "WireProblem") for status, names in sorted(codes.items())}
    return {
        "tags": ["tablets"],
        "operationId": f"send{sent}",
        "summary": summary,
        "security": [{"tablet": []}],
        "parameters": [
            {"name": KEY_ID_HEADER, "in": "header", "required": True, "schema": {"type": "string"}}
        ],
        "requestBody": {
            "required": True,
            "description": "UTF-8 JSON, packed with gzip (Content-Encoding: gzip), at most 1 MiB.",
            "content": {"application/json": {"schema": _ref(sent)}},
        },
        "responses": {"200": _json("Done, and committed.", answered)} | refused,
    }


def _reads() -> dict[str, Any]:
    period = [
        _parameter(
            "from", _DAY, _("First day; 30 days before the last when absent. At most 400 days together.")
        ),
        _parameter("to", _DAY, _("Last day, included; today when absent.")),
        _parameter("office", {"type": "string"}, _("Code of an office: it and all below it.")),
        _parameter(
            "flagged", {"enum": ["0", "1"]}, _("1: with flagged taps (bursts, streaks, after hours).")
        ),
    ]
    return {
        "/api/v1/read/offices": {"get": _get(_("Offices, those of the past too"), "Offices", [])},
        "/api/v1/read/figures/offices": {"get": _get(_("Ratings by office"), "FiguresByOffice", period)},
        "/api/v1/read/figures/days": {"get": _get(_("Ratings by day"), "FiguresByDay", period)},
        "/api/v1/read/figures/promises": {"get": _get(_("Promises kept and missed"), "Promises", period)},
        "/api/v1/read/indicators": {"get": _get(_("R1, R2, R3 of QĐ 766/QĐ-TTg"), "Indicators", period)},
        "/api/v1/read/published": {
            "get": _get(_("What was said and mended, as it was published"), "Published", period[:3])
        },
    }


def _get(summary: str, answered: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    refused = {
        str(status): {
            "description": title,
            "content": {problems.CONTENT_TYPE: {"schema": _ref("ReadProblem")}},
        }
        for status, title in sorted(
            {status: title for status, title in problems.PROBLEMS.values() if status != 404}.items()
        )
    }
    return {
        "tags": ["figures"],
        "operationId": f"read{answered}",
        "summary": summary,
        "security": [{"token": []}],
        "parameters": parameters,
        "responses": {"200": _json("The figures.", answered) | _links(answered)} | refused,
    }


def _links(answered: str) -> dict[str, Any]:
    """Where the codes of the offices lead."""
    if answered != "Offices":
        return {}
    code = {"office": "$response.body#/offices/0/code"}
    names = ("FiguresByOffice", "FiguresByDay", "Promises", "Indicators", "Published")
    return {"links": {name: {"operationId": f"read{name}", "parameters": code} for name in names}}


def _read_schemas() -> dict[str, Any]:
    office = {
        "code": {"type": "string"},
        "ident": {"type": "string", "description": "Mã định danh điện tử, or empty."},
        "name": {"type": "string"},
        "kind": {"type": "string"},
        "parent": {"type": ["string", "null"]},
        "valid_from": _DAY,
        "valid_to": {"type": ["string", "null"], "format": "date"},
    }
    promise = {"promise": {"type": "string"}, "kept": _COUNT, "missed": _COUNT}
    published = {
        "office": {"type": "string"},
        "said": {"type": "string", "description": "What citizens told the office, in its own words."},
        "done": {"type": "string", "description": "What is different since then."},
        "published_on": _DAY,
    }
    indicator = {
        "indicator": {"enum": list(KEYS)},
        "numerator": {"type": ["integer", "null"], "minimum": 0},
        "denominator": {"type": ["integer", "null"], "minimum": 0},
        "value": {"type": ["number", "null"], "minimum": 0, "maximum": 100, "description": "A percentage."},
        "missing": {"enum": [*Missing, None], "description": "Why there is no value."},
        "source": {"type": "string"},
    }
    return {
        "Indicators": _indicators(indicator),
        "Offices": _object({"offices": {"type": "array", "items": _object(office)}}),
        "FiguresByOffice": _figures({"office": _CODE} | _TALLY | {"participation": _PARTICIPATION}),
        "FiguresByDay": _figures({"day": _DAY} | _TALLY),
        "Promises": _figures(promise),
        "Published": _object(
            {"from": _DAY, "to": _DAY, "rows": {"type": "array", "items": _object(published)}}
        ),
        "ReadProblem": _object(
            {
                "type": {"type": "string"},
                "status": {"type": "integer"},
                "title": {"type": "string"},
                "code": {"enum": sorted(problems.PROBLEMS)},
                "detail": {"type": "string"},
            },
            optional=("detail",),
        ),
        "WireProblem": _object({"problem": _ref("Problem")}),
    }


def _indicators(one: dict[str, Any]) -> dict[str, Any]:
    months = {"type": "array", "items": _DAY, "description": "First days of the months that R3 can count."}
    together = {"type": "array", "items": _object(one)}
    rows = {"type": "array", "items": _object({"office": {"type": "string"}} | one)}
    about = {"from": _DAY, "to": _DAY, "flagged": {"type": "boolean"}, "whole_months": months}
    return _object(about | {"together": together, "rows": rows})


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    about = {"from": _DAY, "to": _DAY, "flagged": {"type": "boolean"}, "minimum_n": _COUNT}
    return _object(about | {"rows": {"type": "array", "items": _object(row)}})


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _parameter(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


def _json(words: str, name: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": _ref(name)}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
