"""The first-contact duty by keyboard: offered, taken over, declined."""

from sharedops_core import config
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from tests.tui.settling import press
from tests.tui.test_acts import SMALL, messages, stored


async def offered(console):
    """Offer the duty for the first ticket to 王磊."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "O", "down", "down", "enter", "text:on leave", "ctrl+s")


async def test_a_duty_that_is_offered_is_taken_over_by_the_same_key(console, desk):
    """O asks to whom and why; under the other one's O it is taken over, and who holds the ticket stays."""
    await offered(console)
    [ticket_id] = [one for one in range(1, 9) if stored(desk, one).duty_offered_id]
    assert (messages(desk, ticket_id)[-1], stored(desk, ticket_id).first_contact_id) == (("internal", "on leave"), 1)

    async with SharedopsApp(Bridge(desk, "wang.lei"), config.load()).run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "slash", f"text:INC-1000{ticket_id}", "enter", "O", "enter")

    ticket = stored(desk, ticket_id)
    assert (ticket.first_contact_id, ticket.assignee_id, ticket.duty_offered_id) == (2, 1, None)


async def test_a_duty_that_is_declined_stays_with_its_giver(console, desk):
    """The second answer asks for words, which are in the thread; the giver answers for the ticket as before."""
    await offered(console)
    [ticket_id] = [one for one in range(1, 9) if stored(desk, one).duty_offered_id]

    async with SharedopsApp(Bridge(desk, "wang.lei"), config.load()).run_test(size=SMALL) as pilot:
        keys = ("O", "down", "enter", "text:no room", "ctrl+s")
        await press(pilot, "s", "9", "slash", f"text:INC-1000{ticket_id}", "enter", *keys)

    ticket = stored(desk, ticket_id)
    assert (ticket.first_contact_id, ticket.duty_offered_id) == (1, None)
    assert messages(desk, ticket_id)[-1] == ("internal", "no room")
