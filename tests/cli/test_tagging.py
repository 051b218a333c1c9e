"""`sharedops ticket tag`: signs add and take away, twice is once, and the other commands show and find tags."""

import pytest


@pytest.fixture
def ticket(sharedops):
    """A ticket that 李娜 has opened and taken."""
    sharedops("ticket", "new", "VPN drops", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    sharedops("ticket", "take", "INC-10001")
    return "INC-10001"


def test_tags_are_added_and_taken_away(sharedops, ticket):
    """A word of the shell is a tag, blanks in it or not; what begins with - is no option."""
    first = sharedops("ticket", "tag", "10001", "+Month-End", "+waiting for bank", "-later")
    again = sharedops("ticket", "tag", ticket, "+month-end")
    last = sharedops("ticket", "tag", ticket, "-月结", "-waiting-for-bank", "--json")

    assert (first.code, again.code, last.code) == (0, 0, 0)
    assert first.out.startswith("INC-10001 is tagged so now; ")
    assert last.json["tags"] == ["month-end"]
    assert [one["detail"].get("tags") for one in last.json["events"][2:]] == [
        ["+month-end", "+waiting-for-bank"],
        ["-waiting-for-bank"],
    ]


def test_a_tag_with_an_h_is_taken_away(sharedops, ticket):
    """-month is no -h among other letters, and -h is the tag h."""
    sharedops("ticket", "tag", ticket, "+month", "+h", "+hr")
    assert sharedops("ticket", "tag", ticket, "-month", "-h", "--json").json["tags"] == ["hr"]


def test_tags_are_shown_and_found(sharedops, ticket):
    """By `show`, its journal, the list as JSON, and queries."""
    sharedops("ticket", "tag", ticket, "+month-end", "+月结")
    page = sharedops("ticket", "show", ticket, "--audit").out

    assert "  Tags: month-end 月结\n" in page
    assert "working  +month-end  +月结" in page or "accepted  +month-end  +月结" in page
    assert sharedops("ticket", "list", "tag:Month-End", "--json").json[0]["tags"] == ["month-end", "月结"]
    assert sharedops("ticket", "list", "tag:none", "--json").json == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["urgent"], 1, "put + before a tag to add it"),
        (["+a:b"], 1, '"a:b" is no tag: no : may stand in one'),
        (["+\x1b[2J,"], 1, '"␛[2j," is no tag'),
        ([], 2, "is missing"),
    ],
)
def test_what_is_no_tag_is_refused(sharedops, ticket, words, code, sentence):
    """In one sentence; nothing is done."""
    answer = sharedops("ticket", "tag", ticket, *words)
    assert (answer.code, answer.out) == (code, "")
    assert sentence in answer.err
    assert sharedops("ticket", "show", ticket, "--json").json["tags"] == []
