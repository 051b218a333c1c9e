"""The 140 numeric cases of sla-cases.json, each exact, and what the case runner says about bad files."""

import copy
import json

import pytest

from sharedops_core.errors import Refused
from sharedops_core.rules.cases import FailedCase, run_cases
from tests.conftest import SHARED

CASES = SHARED / "sla-cases.json"
DOCUMENT = json.loads(CASES.read_text(encoding="utf-8")) if CASES.exists() else {"calendars": {}, "cases": []}

MINE = {
    "calendars": {"nine": {"tz": "Etc/UTC", "hours": {"mon": [["09:00", "17:00"]]}}},
    "cases": [
        {"id": "A", "kind": "due", "calendar": "nine", "start": "2026-03-02 09:00", "target_seconds": 60,
         "pauses": [], "expect": "2026-03-02T09:01:00Z"},
        {"id": "B", "kind": "elapsed_minutes_floor", "calendar": "nine", "start": "2026-03-02 09:00",
         "end": "2026-03-02 09:02:59", "pauses": [], "expect_minutes": 2},
        {"id": "C", "kind": "due", "calendar": "nine", "start": "2026-03-02 09:00", "target_seconds": 60,
         "pauses": [["2026-03-02 09:00", None]], "expect": None},
    ],
}  # fmt: skip


def changed(number: int, **fields: object) -> dict[str, object]:
    """Return my document with fields of one case changed; a value of `...` takes the field out."""
    document = copy.deepcopy(MINE)
    case = document["cases"][number] | fields
    document["cases"][number] = {key: value for key, value in case.items() if value is not ...}
    return document


@pytest.mark.skipif(not CASES.exists(), reason=f"the shared case file {CASES} is not on this machine")
def test_every_case_is_exact():
    """Each of the 140 cases comes out to the second."""
    report = run_cases(DOCUMENT)
    assert report.failed == ()
    assert report.passed == len(DOCUMENT["cases"]) == 140


def test_minutes_and_paused_cases_are_known():
    """Whole minutes are rounded down, and an expectation of null means that there is no due time."""
    assert run_cases(MINE).passed == 3


def test_a_wrong_result_is_reported_with_both_values():
    """A case that comes out otherwise is named, with what was expected and what came."""
    report = run_cases(changed(0, expect="2026-03-02 09:02:00"))
    assert report.passed == 2
    assert report.failed == (FailedCase("A", "2026-03-02 09:02:00", "2026-03-02 09:01:00"),)


def test_a_refused_calculation_is_a_failed_case():
    """A negative target fails its case with the refusal as the result; the other cases still run."""
    report = run_cases(changed(0, target_seconds=-1))
    assert [(case.id, case.got) for case in report.failed] == [("A", "a target cannot be negative")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "dew"}, "unknown kind 'dew'"),
        ({"kind": ["due"]}, "unknown kind"),
        ({"calendar": "ten"}, "unknown calendar 'ten'"),
        ({"calendar": {}}, "unknown calendar"),
        ({"start": "yesterday"}, "start 'yesterday' is not a time"),
        ({"start": ...}, "start None is not a time"),
        ({"target_seconds": "60"}, "target_seconds must be a whole number"),
        ({"target_seconds": True}, "target_seconds must be a whole number"),
        ({"pauses": [["2026-03-02 09:00"]]}, "pauses must be a list of pairs"),
        ({"pauses": [[None, None]]}, "pauses None is not a time"),
        ({"expect": ...}, "expect None is not a time"),
    ],
)
def test_a_malformed_case_is_refused_by_name(fields, words):
    """A case that cannot be read is refused with its id and what is wrong."""
    with pytest.raises(Refused, match="case A: ") as refusal:
        run_cases(changed(0, **fields))
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "no table of calendars"),
        ({"calendars": {"x": []}, "cases": []}, "calendar x must be a table"),
        ({"calendars": {"x": {"tz": "Mars"}}, "cases": []}, "calendar x: "),
        ({"calendars": {}}, "no list of cases"),
        ({"calendars": {}, "cases": [{}]}, "case number 1 has no id"),
        ({"calendars": {}, "cases": ["due"]}, "case number 1 has no id"),
    ],
)
def test_a_malformed_document_is_refused(document, words):
    """A document without calendars or cases is refused in a sentence, never with a traceback of ours."""
    with pytest.raises(Refused, match=words):
        run_cases(document)


def test_the_runner_notices_every_second():
    """Shifting any expectation by a second fails exactly that case."""
    report = run_cases(changed(0, expect="2026-03-02T09:01:01Z"))
    assert [case.id for case in report.failed] == ["A"]
