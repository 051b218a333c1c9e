"""What people say on the living desk: sentences drawn like cards, so that none comes back before all were used."""

import random
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sharedops_core import config
from sharedops_core.intake.living.cast import Agent, Item, Requester
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.opentime import to_instant

LANGUAGES = ("zh", "en")
_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_ZH_ASKS = re.compile(
    "吗|呢|怎么|什么|谁|哪|能不能|可不可以|多少|多久|是不是|要不要|会不会|有没有|如何|几天|几点|该.+吧$"
)
_EN_ASKS = re.compile(
    r"(?:^|[,;:] )(?:who|which|why|can|could|may|is|are|do|does|will|should|must|am|"
    r"(?:what|when|where|how) (?:is|are|do|does|did|can|will|should|must|has|have|much|many|long|far|often|to|"
    r"papers|kind|about|happens|counts))\b",
    re.IGNORECASE,
)
_CJK = re.compile("[\u4e00-\u9fff]")
_EASTERN = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_SLOT = re.compile(r"\{\w+\}")
_NEEDED = {("en", "note"): 1, ("en", "pairs"): 1}
"""How many telling words a sentence shares with an item to fit it; two where this table names nothing."""

_IDLE = frozenset(
    (
        "again",
        "today",
        "there",
        "their",
        "whole",
        "department",
        "company",
        "please",
        "colleague",
        "after",
        "first",
        "still",
    )
)
_COMMON = 0.12
"""A word that stands in a larger share of the items says nothing about one of them."""


class Deck:
    """Sentences in shuffled order; the deck is shuffled again once it is used up."""

    def __init__(self, cards: Sequence[Any], rng: random.Random) -> None:
        self._cards, self._rng, self._left = list(cards), rng, list[Any]()

    def draw(self) -> Any:
        """Return the next card."""
        if not self._left:
            self._left = self._rng.sample(self._cards, len(self._cards))
        return self._left.pop()


class Words:
    """The sentences of both languages by role and key, read from the seed data."""

    def __init__(self, rng: random.Random, items: Sequence[Item]) -> None:
        self._rng = rng
        folder = config.shipped("seed_data") / "living"
        self._tables = {one: tomllib.loads((folder / f"{one}.toml").read_text("utf-8")) for one in LANGUAGES}
        self._decks: dict[tuple[str | int, ...], Deck | None] = {}
        self._items = {one: {item.id: _terms(_item_text(item, one), one) for item in items} for one in LANGUAGES}
        self._common = {one: _common(list(self._items[one].values())) for one in LANGUAGES}

    def has(self, language: str, role: str, key: str) -> bool:
        """Return whether there are sentences under a key."""
        return key in self._tables[language][role]

    def draw(self, language: str, role: str, key: str, *, other: str = "any") -> Any:
        """Return the next sentence of a role, that of `other` when the key has none."""
        if not self.has(language, role, key):
            key = other
        deck = self._decks.get((language, role, key))
        if deck is None:
            deck = self._decks[language, role, key] = Deck(self._tables[language][role][key], self._rng)
        return deck.draw()

    def fitting(self, language: str, role: str, key: str, item: Item) -> Any:
        """Return the next sentence under a key that shares a telling word with the item; None when none does."""
        place = (language, role, key, item.id)
        if place not in self._decks:
            telling = self._items[language][item.id] - self._common[language]
            table = self._tables[language][role].get(key, ())
            needed = _NEEDED.get((language, role), 2)
            cards = [one for one in table if len(_terms(one, language) & telling) >= needed]
            self._decks[place] = Deck(cards, self._rng) if cards else None
        deck = self._decks[place]
        return deck.draw() if deck else None

    def phrase(self, item: Item, language: str) -> str:
        """Return the next of the phrases in which people ask for an item."""
        place = (language, "phrase", item.id)
        deck = self._decks.get(place)
        if deck is None:
            deck = self._decks[place] = Deck(item.phrases[language], self._rng)
        return str(deck.draw()).rstrip("。.！!")


class Speech(dict[str, str]):
    """What one ticket's sentences are filled with: fixed once said, numbers and times found when asked for."""

    def __init__(
        self, words: Words, rng: random.Random, item: Item, requester: Requester, opened: int, calendar: Calendar
    ) -> None:
        self.words, self.rng, self.item, self.requester, self.calendar = words, rng, item, requester, calendar
        self.language = requester.language
        self.now = opened
        self.step_at = 0
        self.agent: Agent | None = None
        opened_on = to_instant(opened).astimezone(requester.zone)
        phrase = words.phrase(item, self.language)
        super().__init__(
            name=item.names[self.language], phrase=phrase, ymd=f"{opened_on:%Y%m%d}", call=_call(requester)
        )
        if item.article:
            self |= {"kb": item.article[0], "title": item.article[1][self.language]}

    def __missing__(self, key: str) -> str:
        if key in ("doc", "place"):
            self[key] = found = self._thing(key)
            return found
        if key == "me":
            return "" if self.agent is None else self._agent_name(self.agent)
        if key[0] == "n" and key[1:].isdigit():
            return str(self.rng.randrange(10 ** (int(key[1:]) - 1), 10 ** int(key[1:])))
        return {"amount": self._amount, "soon": self._soon, "step": self._step, "step2": self._step,
                "next": self._next}[key]()  # fmt: skip

    def say(self, role: str, key: str = "any", *, other: str = "any") -> str:
        """Return one sentence of a role, filled."""
        return self.fill(self.words.draw(self.language, role, key, other=other))

    def say_fitting(self, role: str, key: str, otherwise: str) -> str:
        """Return a sentence that fits the item, mostly; else one that fits everything."""
        found = self.words.fitting(self.language, role, key, self.item) if self.rng.random() < 0.75 else None
        return self.fill(found or self.words.draw(self.language, role, otherwise))

    def fill(self, sentence: str) -> str:
        """Return a sentence with its words filled in."""
        filled = sentence.format_map(self)
        return filled.strip() if self.language == "zh" else capital(filled)

    @property
    def is_question(self) -> bool:
        """Return whether the requester only asks something."""
        return sentence(self["phrase"], self.language)[-1] in "?？"

    def join(self, *sentences: str) -> str:
        """Return sentences as one text."""
        return ("" if self.language == "zh" else " ").join(one for one in sentences if one)

    def _thing(self, key: str) -> str:
        kind = self.requester.company if key == "place" else self.item.category
        return str(self.words.draw(self.language, f"{key}s", kind)).format_map(self)

    def _agent_name(self, agent: Agent) -> str:
        """Return a name; a Latin one stands apart in Chinese text."""
        if self.language == "en":
            return agent.name_latin
        return agent.name if _CJK.match(agent.name) else f" {agent.name} "

    def _amount(self) -> str:
        amount = f"{self.rng.choice((10, 10, 20, 100)) * self.rng.randint(8, 480):,}"
        if self.language == "zh":
            return amount
        return f"EUR {amount}" if str(self.requester.zone).startswith("Europe") else f"CNY {amount}"

    def _step(self) -> str:
        steps = self.item.steps[self.language]
        self.step_at += 1
        return _bare(steps[min(self.step_at, len(steps)) - 1])

    def _next(self) -> str:
        steps = self.item.steps[self.language]
        return _bare(steps[min(self.step_at + 1, len(steps) - 1)])

    def _soon(self) -> str:
        """Return a promised time: later today, else on the next morning on which somebody works."""
        local = to_instant(self.now).astimezone(self.requester.zone)
        hour = max(10, local.hour + self.rng.randint(2, 3))
        if hour <= 17 and self.calendar.is_working_day(local.date()):
            return f"{_zh_hour(hour)}" if self.language == "zh" else f"by {hour}:00"
        return self._soon_on(local, self.rng.choice((10, 11)))

    def _soon_on(self, local: datetime, hour: int) -> str:
        ahead = next((n for n in range(1, 12) if self.calendar.is_working_day((local + timedelta(n)).date())), 1)
        weekday = _WEEKDAYS[self.language][(local + timedelta(ahead)).weekday()]
        if self.language == "zh":
            return f"{'明天' if ahead == 1 else weekday}{_zh_hour(hour)}"
        return f"by {hour}:00 {'tomorrow' if ahead == 1 else f'on {weekday}'}"


def subject(speech: Speech) -> str:
    """Return what the requester writes in the subject line."""
    phrase = speech["phrase"]
    if speech.language == "en":
        phrase = capital(phrase)
    draw = speech.rng.random()
    if draw < 0.1:
        return f"{speech['name']}：{phrase}" if speech.language == "zh" else f"{speech['name']}: {speech['phrase']}"
    return phrase


def first_message(speech: Speech, channel: str) -> str:
    """Return the first words on a ticket: greeting, what happened, since when, a detail, what is wanted."""
    greeting = str(speech.words.draw(speech.language, "opening", channel, other="greeting"))
    said = sentence(speech["phrase"], speech.language)
    opening = greeting + (said if greeting or speech.language == "zh" else capital(said))
    body = speech.join(opening, *_particulars(speech))
    if channel == "mail" and speech.rng.random() < 0.6:
        name = speech.requester.name if speech.language == "zh" else speech.requester.name_latin
        return f"{body}\n\n{name}"
    return body


def _particulars(speech: Speech) -> list[str]:
    """Return up to three further sentences; those who run the group write less."""
    chance, is_incident = speech.rng.random, speech.item.kind == "incident"
    most = 1 if speech.requester.is_vip else speech.rng.choice((1, 2, 2, 3, 3))
    category = speech.item.category
    wanted = [
        ("opening", "since", 0.5) if is_incident else ("detail", category, 0.5),
        ("detail", category, 0.55) if is_incident else ("opening", "need", 0.65),
        ("opening", "impact" if is_incident else "contact", 0.4),
        ("opening", "contact", 0.3 if is_incident else 0.0),
    ]
    return [speech.say(role, key) for role, key, likely in wanted if chance() < likely][:most]


def sentence(phrase: str, language: str) -> str:
    """Return a phrase with the stop or the question mark it wants."""
    if phrase[-1] in "?？!！…。.":
        return phrase
    asks = (_ZH_ASKS if language == "zh" else _EN_ASKS).search(phrase)
    stop, query = ("。", "？") if language == "zh" else (".", "?")
    return phrase + (query if asks else stop)


def capital(text: str) -> str:
    """Return a text with a capital letter in front."""
    return text[:1].upper() + text[1:]


def _bare(step: str) -> str:
    return step.rstrip("。.；;")


def _zh_hour(hour: int) -> str:
    if hour < 12:
        return f"上午 {hour} 点"
    return "中午 12 点" if hour == 12 else f"下午 {hour - 12} 点"


def _call(requester: Requester) -> str:
    """Return how an agent addresses somebody: 王老师, 沈总, or the given name."""
    if requester.language == "zh":
        if not _CJK.match(requester.name):
            return requester.name
        family = requester.name[: 2 if len(requester.name) > 3 else 1]
        return f"{family}{'总' if requester.is_vip else '老师'}"
    names = requester.name_latin.split()
    return names[-1] if _EASTERN.match(requester.name) else names[0]


def _item_text(item: Item, language: str) -> str:
    return " ".join((item.names[language], *item.phrases[language], *item.steps[language]))


def _common(items: Sequence[set[str]]) -> set[str]:
    counts = Counter(term for terms in items for term in terms)
    return {term for term, count in counts.items() if count > max(1, _COMMON * len(items))}


def _terms(card: Any, language: str) -> set[str]:
    """Return the words of a sentence, or of a question and its answer: pairs of Chinese signs, or longer words."""
    text = _SLOT.sub(" ", card if isinstance(card, str) else " ".join(card)).lower()
    words = {word for word in re.findall("[a-z]+", text) if len(word) >= (3 if language == "zh" else 5)}
    if language == "en":
        return words - _IDLE
    return words | {text[i : i + 2] for i in range(len(text) - 1) if _CJK.match(text[i]) and _CJK.match(text[i + 1])}
