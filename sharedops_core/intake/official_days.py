"""Public holidays and make-up workdays as states announce them: a library's data, completed where it says too little.

The library knows the statutory days of China and what is swapped for them, not the weekends that lie between them; a
desk that is open on Saturdays needs those, too.
"""

from datetime import date, timedelta

from sharedops_core.errors import BadInput
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean

FIRST_YEAR = 2007
_DAY = timedelta(days=1)
_FULL_WEEKENDS = """
2014-04-06 2014-05-31 2014-06-01 2014-09-06 2014-09-07 2015-04-04 2015-05-02 2015-05-03 2015-06-21 2015-09-26
2016-01-02 2016-01-03 2016-04-02 2016-04-03 2016-04-30 2016-12-31 2017-04-29 2017-04-30 2017-12-30 2017-12-31
2018-06-16 2018-06-17 2018-09-22 2018-09-23 2019-04-06 2019-04-07 2019-06-08 2019-06-09 2019-09-14 2019-09-15
2023-12-30 2023-12-31 2024-06-08 2024-06-09
"""
"""Weekends beside a holiday that the notices leave as they are (与周末连休); all others they declare off with it."""


def known(code: str, last_year: int, where: str) -> tuple[set[date], set[date], list[int]]:
    """Return the days off, the make-up workdays, and the years that count as published, for "CN", "DE-HE" and so on.

    Where make-up workdays have to be announced, a year counts as published once they are; before that the days
    fixed by law stand in for it (R12). Raises BadInput, naming the file `where`, for a code nobody knows.
    """
    import holidays

    country, _dash, part = code.partition("-")
    years = range(FIRST_YEAR, last_year + 1)
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=years)
    except NotImplementedError as error:
        raise BadInput(
            _("{file}: official_days = {code} is not known; right would be CN or DE-HE ({why})").format(
                file=clean(where), code=clean(repr(code)), why=clean(str(error))
            )
        ) from None
    work = {day for day in found.weekend_workdays if day.year in years}
    off = {day for day in found if day.year in years}
    published = sorted({day.year for day in work}) or list(years)
    if country == "CN":
        off |= {day for day in _with_weekends(off, work) if day.year in published}
    return off, work, published


def _with_weekends(off: set[date], work: set[date]) -> set[date]:
    """Return the days off with the weekends that join them, but for those that stay as they are."""
    whole, full = set(off), set(map(date.fromisoformat, _FULL_WEEKENDS.split()))
    new = whole
    while new:
        beside = {near for day in new for near in (day - _DAY, day + _DAY) if near.weekday() >= 5}
        new = beside - whole - work - full
        whole = whole | new
    return whole
