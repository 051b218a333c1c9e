"""Profiles: how the log of another desk is read, and everything that can be wrong with one."""

import copy

import pytest

from sharedops_core.errors import BadInput, NotFound
from sharedops_core.intake import profiles

GOOD = {
    "code": "mine",
    "log": {"key": "id", "at": "when", "format": "iso", "zone": "Asia/Shanghai", "missing": ["?", ""]},
    "ticket": {"subject": "{what} / {where}", "opened_at": "opened", "kind": "incident"},
    "row": {"state": "{state}", "team": "{group}", "automatic": ["robot"]},
    "states": {"New": "received", "On hold": "waiting:supplier", "Done": "resolved", "-": "same"},
    "lines": [{"contains": "2nd", "line": 2}],
    "stated": {"reopens": "again", "missed": {"column": "ok", "values": ["false"]}},
}


def wrong(**changes):
    """Return the findings about the good profile with some parts replaced."""
    with pytest.raises(BadInput) as refusal:
        profiles.parse(copy.deepcopy(GOOD) | changes, "mine.toml")
    assert all(finding.startswith("mine.toml: ") for finding in refusal.value.findings)
    return [finding.removeprefix("mine.toml: ") for finding in refusal.value.findings]


def test_a_good_profile_is_read():
    """States carry their waiting reason, and the columns are those the profile reads, each once."""
    profile = profiles.parse(GOOD, "mine.toml")

    assert profile.states == {
        "New": ("received", None), "On hold": ("waiting", "supplier"), "Done": ("resolved", None), "-": ("same", None),
    }  # fmt: skip
    assert profile.columns() == ["id", "when", "again", "ok", "opened", "state", "group", "what", "where"]
    assert (profile.missed_values, profile.automatic) == ({"false"}, {"robot"})


@pytest.mark.parametrize("name", ["servicenow", "volvo"])
def test_shipped_profiles_are_found_by_name(name):
    """The profiles that come with the program are right."""
    assert profiles.find(name).code == name


def test_a_profile_may_be_a_file(write):
    """Users bring profiles of their own."""
    file = write("own.toml", 'code = "own"\n[log]\nkey = "a"\nat = "b"\nformat = "iso"\n[row]\nstate = "{c}"\n'
                             '[states]\nx = "received"\n')  # fmt: skip
    assert profiles.find(str(file)).columns() == ["a", "b", "c"]


def test_an_unknown_profile_names_those_there_are():
    """A name nobody knows is not found; the shipped ones are listed."""
    with pytest.raises(NotFound, match="no profile jira; there are servicenow, volvo"):
        profiles.find("jira")


def test_a_file_that_is_no_toml_is_refused_with_its_line(write):
    """What the TOML reader says comes with the file's name."""
    file = write("own.toml", 'code = "own\n')
    with pytest.raises(BadInput, match=r"own\.toml: cannot be read: .*line 1"):
        profiles.find(str(file))


def test_every_finding_is_said_at_once():
    """An empty profile lacks everything it lacks in one refusal."""
    with pytest.raises(BadInput) as refusal:
        profiles.parse({}, "x")

    assert refusal.value.findings == (
        "x: code is missing",
        "x: [log] needs key",
        "x: [log] needs at",
        "x: [log] needs format",
        "x: [row] needs state",
        "x: [states] is missing: it says which of our states each state of the log is",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"log": "x"}, "[log] must be a table"),
        ({"log": GOOD["log"] | {"at": 1}}, "[log] at = 1 must be a str"),
        ({"log": GOOD["log"] | {"when": "x"}}, "[log] when is unknown; there are key, at, format, zone, missing"),
        ({"log": GOOD["log"] | {"zone": "Mars/Base"}}, "[log] zone = 'Mars/Base' is no time zone"),
        ({"log": GOOD["log"] | {"zone": ""}}, "[log] zone = '' is no time zone"),
        ({"states": {"New": "fresh"}}, "[states] 'New' = 'fresh' is no state; right would be received, accepted"),
        ({"states": {"New": "waiting"}}, "[states] 'New' = 'waiting' is no state"),
        ({"states": {"New": "resolved:x"}}, "[states] 'New' = 'resolved:x' is no state"),
        ({"states": {"New": 1}}, "[states] 'New' = 1 is no state"),
        ({"lines": {"contains": "x"}}, "[[lines]] must be a list of tables"),
        ({"lines": [{"contains": "x", "line": 4}]}, '[[lines]] rule 1 needs contains = "text" and line = 1, 2 or 3'),
        ({"row": {"state": "{s}", "color": "x"}}, "[row] color is unknown"),
        ({"row": "x"}, "[row] must be a table"),
        ({"ticket": {"kind": "wish"}}, "[ticket] kind = 'wish': right would be incident, request"),
        ({"priorities": {"High": 7}}, "[priorities] High = 7: right would be 1, 2, 3, 4"),
        ({"priorities": {"High": "2"}}, "[priorities] High = '2': right would be 1, 2, 3, 4"),
        ({"channels": {"Fax": "fax"}}, "[channels] Fax = 'fax': right would be phone, walk-in"),
        ({"stated": {"missed": {"values": ["x"]}}}, '[stated] missed needs column = "name" and values = ["text"]'),
        ({"stated": {"missed": "made_sla"}}, "[stated] missed"),
    ],
)
def test_each_kind_of_mistake_is_named(changes, said):
    """A wrong value is said with its section, its name and what would be right, before any row is read."""
    assert any(finding.startswith(said) for finding in wrong(**changes)), wrong(**changes)


def test_a_template_drops_what_is_missing():
    """A missing value leaves no gap, no separator and no question mark behind."""
    values = {"a": "Category 2", "b": "?", "c": " x  y "}
    alone = {"a": "Category 2", "b": "", "c": "x y"}
    missing = frozenset({"?", ""})

    assert profiles.filled("{a} / {b}", values, missing) == "Category 2"
    assert profiles.filled("{b} / {a} / {c}", values, missing) == "Category 2 / x y"
    assert {name: profiles.filled(f"{{{name}}}", values, missing) for name in values} == alone


def test_the_first_rule_that_fits_gives_the_line():
    """A team is on the line of the first rule whose text its name contains, else on line 1."""
    profile = profiles.find("volvo")
    assert [profile.line_of(team) for team in ("V30", "G96 2nd", "S42 3rd")] == [1, 2, 3]
