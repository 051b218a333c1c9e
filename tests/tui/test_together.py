"""Tickets together by keyboard: linked, merged and taken apart, watched, an expert asked and answering."""

from sqlmodel import Session, select

from sharedops_core import config
from sharedops_core.store.tables import TicketLink, TicketPerson
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from tests.tui.settling import press
from tests.tui.test_acts import SMALL, stored


def rows(desk, table):
    """Read a table as the database has it."""
    with Session(desk.reading) as session:
        return session.exec(select(table)).all()


async def test_a_ticket_is_merged_into_the_one_whose_number_is_typed_and_z_takes_it_back(console, desk):
    """l m asks for a number; undone, both are as they were and the link holds no longer."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "l", "m", "text:INC-10008", "enter")
        [link] = [one for one in rows(desk, TicketLink) if one.is_live]
        merged = stored(desk, link.from_id)
        assert (merged.state, merged.merged_into_id, link.to_id) == ("merged", 8, 8)
        await press(pilot, "z")

    assert stored(desk, link.from_id).state != "merged"
    assert not any(one.is_live for one in rows(desk, TicketLink))


async def test_a_ticket_is_linked_watched_and_an_expert_answers_by_the_same_key(console, desk):
    """l l chooses how and to which ticket, @ watches, & asks an expert, under whose & it is accepted."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "l", "l", "down", "enter", "text:10008", "enter", "at")
        await press(pilot, "ampersand", "down", "enter", "text:look", "ctrl+s")
    [link] = rows(desk, TicketLink)
    assert (link.kind, link.to_id, link.is_live) == ("duplicates", 8, True)
    people = {one.person_id: one.state for one in rows(desk, TicketPerson)}
    assert people.pop(1) == "watching"
    [(expert, state)] = people.items()
    assert state == "invited"

    login = {2: "wang.lei", 3: "liu.yang", 4: "sun.hao", 5: "zhou.kai"}[expert]
    async with SharedopsApp(Bridge(desk, login), config.load()).run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "slash", f"text:INC-1000{link.from_id}", "enter", "ampersand", "enter")
    assert {one.state for one in rows(desk, TicketPerson)} == {"watching", "joined"}
