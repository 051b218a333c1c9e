"""Drafts in files: what only a file has is given to the database when it is there, once, and behind newer words."""

import os
from datetime import timedelta

import pytest
from sqlmodel import select

from sharedops_core.desk import conversation, finding
from sharedops_core.errors import Away
from sharedops_core.store.tables import Draft
from sharedops_tui.bridge import Bridge
from sharedops_tui.drafts import Drafts
from sharedops_tui.session import SessionFile, SessionState
from sharedops_tui.texts import Writing


@pytest.fixture
def bridge(desk):
    """The road of 李娜 to the desk."""
    return Bridge(desk, "li.na")


@pytest.fixture
def drafts(bridge, tmp_path):
    """The drafts of 李娜."""
    return Drafts(bridge, tmp_path)


def kept(desk):
    """Return the drafts the database has."""
    with desk.read() as session:
        return [(one.kind, one.body) for one in session.exec(select(Draft))]


def away(monkeypatch, bridge):
    """Let nobody answer."""

    def refuse(*_what, **_facts):
        raise Away("away")

    monkeypatch.setattr(bridge, "act", refuse)


def lost(monkeypatch, drafts, body, kind="reply"):
    """Write something while nobody answers, and let the database come back."""
    with monkeypatch.context() as patch:
        away(patch, drafts.bridge)
        assert drafts.keep(Writing(2, kind, body)) is False


def test_words_only_the_file_has_are_brought_back(drafts, desk, tmp_path, monkeypatch):
    """They are a draft again, and no file stays behind; until then a composer finds them."""
    lost(monkeypatch, drafts, "half a sentence")
    found = drafts.found(2, "reply")
    assert (Drafts(drafts.bridge, tmp_path).bring_back(), found) == (1, "half a sentence")
    assert (kept(desk), list(drafts.folder.iterdir())) == ([("reply", "half a sentence")], [])


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("reply", [("reply", "newer words\n\nolder words")]),
        ("note", [("note", "newer words"), ("reply", "older words")]),
    ],
)
def test_words_go_behind_a_newer_draft_of_their_kind_only(drafts, desk, monkeypatch, there, expected):
    """Neither text is lost, and what one of them kept inside the desk stays inside."""
    lost(monkeypatch, drafts, "older words")
    with desk.write() as session:
        who, at = finding.person(session, "li.na"), drafts.bridge.now() + timedelta(minutes=1)
        conversation.keep_draft(session, 2, there, "newer words", actor=who, at=at)
    drafts.bring_back()
    assert sorted(kept(desk)) == expected


def test_words_that_went_out_are_no_draft_any_more(drafts, desk, monkeypatch):
    """A console that died between the sending and its file does not offer the same words again."""
    lost(monkeypatch, drafts, "We come at ten.")
    drafts.bridge.act(conversation.reply, 2, "We come at ten.")
    drafts.bring_back()
    assert (kept(desk), list(drafts.folder.iterdir())) == ([], [])


def test_a_draft_of_a_ticket_that_is_gone_stays_in_its_file(drafts, monkeypatch):
    """What the database does not take is thrown away by nobody."""
    with monkeypatch.context() as patch:
        away(patch, drafts.bridge)
        drafts.keep(Writing(999, "reply", "words for a lost ticket"))
    assert (drafts.bring_back(), drafts.found(999, "reply")) == (0, "words for a lost ticket")


def test_a_text_that_is_sent_leaves_no_draft(drafts, desk):
    """The words are in the thread, and neither file nor database keeps them as a draft."""
    drafts.keep(Writing(2, "reply", "done"))
    drafts.send(conversation.reply, Writing(2, "reply", "done"))
    assert (kept(desk), list(drafts.folder.iterdir())) == ([], [])


NO_ZONE = b'{"ticket_id": 2, "kind": "note", "body": "x", "at": "2026-03-02T09:00:00"}'


@pytest.mark.parametrize("rubbish", [b"\xff\xfe", b"[[[", b'{"ticket_id": 1e999}', b'{"ticket_id": 2}', NO_ZONE, None])
def test_what_cannot_be_read_stays_and_keeps_nothing_back(drafts, desk, monkeypatch, rubbish):
    """Rubbish beside a draft, or a folder of that name, is left where it is; the draft comes back all the same."""
    lost(monkeypatch, drafts, "half a sentence")
    stray = drafts.folder / "1-note.json"
    stray.mkdir() if rubbish is None else stray.write_bytes(rubbish)

    assert (drafts.bring_back(), kept(desk)) == (1, [("reply", "half a sentence")])
    assert stray.exists()


@pytest.mark.parametrize("make", [os.mkfifo, lambda file: file.write_bytes(b'"%b"' % bytes(10_000_001))])
def test_a_pipe_or_a_file_nobody_has_written_is_not_read(make, drafts, tmp_path):
    """Whoever waited for a pipe, or opened a hundred million letters, would hold the console up."""
    drafts.folder.mkdir()
    for file in (drafts.folder / "2-reply.json", tmp_path / "session.json"):
        make(file)
    assert (drafts.found(2, "reply"), drafts.bring_back()) == ("", 0)
    assert SessionFile(tmp_path / "session.json").state == SessionState()
