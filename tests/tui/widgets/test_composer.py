"""The composer: a reply and a note cannot be confused, nothing goes out unasked, nothing written is lost."""

from sharedops_tui.widgets.composer import Composer
from tests.tui.screen import lines
from tests.tui.widgets.host import Host

SIZE = (80, 12)


def looks(composer):
    """Return border, colour, title and class."""
    return composer.styles.border_top, composer.border_title, composer.has_class("note")


async def test_reply_and_note_cannot_be_confused():
    """Border, colour, title, question and class of a note all differ from those of a reply."""
    composer = Composer()
    async with Host(composer).run_test(size=SIZE) as pilot:
        seen = []
        for kind in ("reply", "note"):
            composer.open(kind)
            await pilot.press("x", "ctrl+s")
            border, colour = composer.styles.border_top
            question = next(line for line in lines(pilot.app) if "n discard" in line).split("?")[0]
            seen.append((border, colour, str(composer.border_title), question, composer.has_class("note")))
            await pilot.press("n")
        assert all(reply != note for reply, note in zip(*seen, strict=True))


async def test_what_is_sent_has_the_kind_of_its_frame():
    """What was opened as a note is sent as a note, a reply as a reply."""
    composer = Composer()
    host = Host(composer, Composer.Sent)
    async with host.run_test(size=SIZE) as pilot:
        for kind in ("note", "reply"):
            composer.open(kind)
            await pilot.press("x", "ctrl+s", "y")
            await pilot.pause()
            composer.close()
        assert [(message.kind, message.body) for message in host.told] == [("note", "x"), ("reply", "x")]


async def test_a_note_that_is_being_written_never_becomes_a_reply():
    """Asking for the other kind while a text stands there changes nothing: the text keeps its kind and its frame."""
    composer = Composer()
    async with Host(composer).run_test(size=SIZE) as pilot:
        composer.open("note")
        await pilot.press(*"secret")
        before = looks(composer)
        composer.open("reply")
        await pilot.press("ctrl+s")
        assert (composer.kind, composer.body, looks(composer)) == ("note", "secret", before)


async def test_nothing_goes_out_without_an_answer():
    """ctrl+s only asks; e and esc go back to the text, an empty text is not even asked about."""
    composer = Composer()
    host = Host(composer, Composer.Sent)
    async with host.run_test(size=SIZE) as pilot:
        composer.open("reply")
        await pilot.press("ctrl+s", "x", "ctrl+s", "e", "ctrl+s", "escape", "z")
        await pilot.pause()
        assert (composer.body, host.told) == ("xz", [])


async def test_escape_keeps_a_draft_and_n_drops_it():
    """Leaving tells what is to be kept; discarding tells that nothing is."""
    composer = Composer()
    host = Host(composer, Composer.Kept)
    async with host.run_test(size=SIZE) as pilot:
        composer.open("reply")
        await pilot.press(*"ab", "escape")
        composer.open("reply", "ab")
        await pilot.press("ctrl+s", "n")
        await pilot.pause()
        assert [(message.kind, message.body) for message in host.told] == [("reply", "ab"), ("reply", "")]
        assert not composer.display


async def test_a_draft_is_kept_while_somebody_types_on_and_on():
    """A writer who never pauses loses no more than the last second."""
    composer = Composer()
    host = Host(composer, Composer.Kept)
    async with host.run_test(size=SIZE) as pilot:
        composer.open("reply")
        for _key in range(26):
            await pilot.press("x")
            await pilot.pause(0.05)
        assert host.told


async def test_a_draft_goes_on_where_it_stopped():
    """Keys go behind the last letter of a draft, and its hostile characters are marks."""
    composer = Composer()
    async with Host(composer).run_test(size=SIZE) as pilot:
        composer.open("note", "half a\x1b]0;x\x07")
        await pilot.press("!")
        assert composer.body == "half a␛]0;x␇!"
