"""By which words a person is found in a text, and by which not."""

import pytest

from sharedops_core.rules.identity import Identity, mask

NA = mask(Identity("li.na", "李娜", "Li Na", "li.na@huachen.example", "+86 21 5550 0001"), "P")
ANA = mask(Identity("ana.ruiz", "Ana Ruiz", "", "ana.ruiz@huachen.example", "+34 91 555 0003"), "P")
MING = mask(Identity("wang.xiaoming", "王小明", "Wang Xiaoming"), "P")
NOBODY = mask(Identity("7", "7"), "P")


@pytest.mark.parametrize(
    ("who", "text", "masked"),
    [
        (NA, "请找李娜，或 li.na@huachen.example", "请找P，或 P"),
        (NA, "请找李 娜处理", "请找P处理"),
        (NA, "转给li.na处理", "转给P处理"),
        (NA, "@li.na, done by LI.NA.", "@P, done by P."),
        (NA, "Li Na / Na Li / LI, Na / lina", "P / P / P / P"),
        (NA, "li.nan and li.na2 and x.li.na and li.na-2 and China Linares", None),
        (NA, "call 021-5550-0001, +86 21 55500001 or 5550 0001", "call P, P or P"),
        (NA, "order 55500001234 of 2026-03-02", None),
        (ANA, "Ruiz, Ana asked; Ana Ruiz again", "P asked; P again"),
        (ANA, "analysis of Ana", None),
        (MING, "王小明的电脑", "P的电脑"),
    ],
)
def test_names_are_found_in_any_text(who, text, masked):
    """Names, login, mail and telephone, however written; words that only look alike stay."""
    assert who.masked(text) == (masked or text)


@pytest.mark.parametrize(
    ("who", "text", "masked"),
    [
        (ANA, "Hi Ana, hello Ms Ruiz: analysis follows", "Hi P, hello Ms P: analysis follows"),
        (MING, "王老师您好，小王，小明", "P您好，P，P"),
        (NA, "李总好，行李已收到", "P好，行李已收到"),
    ],
)
def test_how_one_is_addressed_is_found_on_own_tickets(who, text, masked):
    """On the person's own tickets the parts of the name say who is meant; elsewhere they stay."""
    assert who.masked(text, is_own=True) == masked
    assert who.masked(text) == text


def test_a_person_of_few_words_masks_only_those():
    """Without mail, telephone or a second name nothing else is found."""
    assert NOBODY.masked("7 of 77", is_own=True) == "P of 77"
