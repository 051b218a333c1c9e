"""Rows as lines: what PostgreSQL writes and reads, and the same bytes from either engine."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core.store import lines

TYPES = ["INTEGER", "BOOLEAN", "VARCHAR", "JSON", "DATE", "DATETIME", "BLOB"]
COLUMNS = "a integer, b boolean, c varchar, d json, e date, f timestamptz, g bytea"
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
rows = st.tuples(
    st.integers(-(2**31), 2**31 - 1), st.sampled_from([0, 1]), words, st.sampled_from(['{"a": "\\n\\\\"}', "null"]),
    st.dates().map(str), st.datetimes().map(lambda at: f"{at:%Y-%m-%d %H:%M:%S.%f}"), st.binary(),
).map(list)  # fmt: skip
nullable = rows.flatmap(lambda row: st.tuples(*(st.sampled_from([one, None]) for one in row))).map(list)
ODD = [
    [1, 1, "\\N", "null", "2026-03-02", "2026-03-02 01:00:00.000000", b"\\N"],
    [-1, 0, "a\tb\nc\\d\r\v\b\f e", '"\\u0000"', "0001-01-01", "0001-01-01 00:00:00.500000", b"\x00\xff\t\n"],
    [0, None, "", "[]", None, "9999-12-31 23:59:59.999999", b""],
    [None, None, "中文 👩‍💻 \u200b\ufeff\\.", None, "1582-10-10", "1999-01-01 00:00:00.000001", None],
]


@given(nullable)
def test_what_is_written_is_read(row):
    """Every row of SQLite comes back from its line, with whatever signs in it, and the line is one line."""
    year = row[5] and f"{int(row[5][: row[5].index('-')]):04d}{row[5][row[5].index('-') :]}"
    row[5] = year
    line = lines.written(row, TYPES)

    assert b"\n" not in line
    assert lines.read(line, TYPES) == row


@pytest.mark.parametrize("row", ODD)
def test_the_server_writes_the_same_line(desks, row):
    """A row of a file and the same row of a server are the same bytes, so that their hashes can be compared."""
    import psycopg

    line = lines.written(row, TYPES)
    with psycopg.connect(desks.server.maintenance, options="-c TimeZone=UTC") as connection:
        connection.execute(f"CREATE TEMPORARY TABLE x ({COLUMNS})")
        with connection.cursor().copy("COPY x FROM STDIN") as copied:
            copied.write(line + b"\n")
        with connection.cursor().copy("COPY x TO STDOUT") as copied:
            assert [bytes(one) for one in copied] == [line + b"\n"]


def test_an_instant_of_another_zone_is_the_same_instant():
    """A dump made by hand may say instants in the zone of whoever made it."""
    assert lines.read(b"2026-03-02 09:00:00.25+08", ["DATETIME"]) == ["2026-03-02 01:00:00.250000"]
    assert lines.read(b"2026-03-02 00:30:00-05:30", ["DATETIME"]) == ["2026-03-02 06:00:00.000000"]


@pytest.mark.parametrize("value", [5, "x"])
def test_what_is_no_truth_is_no_line(value):
    """A value that no desk writes is not turned into one that looks right."""
    with pytest.raises(LookupError):
        lines.written([value], ["BOOLEAN"])
    with pytest.raises(AttributeError):
        lines.written([date(2026, 3, 2)], ["BLOB"])


@given(st.lists(st.binary(), max_size=8), st.randoms())
def test_the_hash_knows_no_order_but_every_line(found, chance):
    """The same lines in another order are the same table; one line less, more or other is another one."""
    shuffled = chance.sample(found, len(found))

    assert tally(found) == tally(shuffled)
    assert tally(found) != tally([*found, b"x"])
    if found and found[0] != b"x":
        assert tally(found) != tally([b"x", *found[1:]])


def tally(found):
    """Return rows and hash of lines."""
    counted = lines.Tally()
    assert list(counted.counted(found)) == list(found)
    return counted.rows, counted.hash
