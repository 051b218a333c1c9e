"""Master data files: TOML, CSV and XLSX, and what is said about one that is wrong."""

import gzip
import re
from typing import Literal

import pytest

from sharedops_core import i18n
from sharedops_core.errors import BadInput, NotFound
from sharedops_core.intake import documents
from sharedops_core.intake.documents import Found, Record
from tests.intake.xlsx import write_xlsx


class Toy(Record):
    """A record with one field of each kind."""

    name: str
    count: int = 0
    colour: Literal["red", "blue"] = "red"


def test_csv_rows_remember_where_they_stood(write):
    """Each row is its heading's names with its cells, and the line it stood on; empty lines are no rows."""
    file = write("toys.csv", "name,count\nball,1\n\n,\n娃娃,2\n")

    assert documents.rows(file) == [
        Found(f"{file}, line 2", {"name": "ball", "count": "1"}),
        Found(f"{file}, line 5", {"name": "娃娃", "count": "2"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_of_any_encoding(write, encoding):
    """What Excel saves is read, whatever it was saved as."""
    file = write("toys.csv", "name,count\n娃娃,2\n".encode(encoding))
    assert documents.rows(file)[0].values == {"name": "娃娃", "count": "2"}


def test_a_quoted_cell_may_hold_lines_and_commas(write):
    """The line of a row is where it ends, and its cells are what was quoted."""
    found = documents.rows(write("toys.csv", 'name,count\n"big,\nred",1\nball,2\n'))

    assert found[0].values["name"] == "big,\nred"
    assert found[1].where.endswith("line 4")


def test_a_row_with_more_cells_than_the_heading_is_refused(write):
    """A comma too many shifts every cell behind it: all such rows are named; empty cells at the end do no harm."""
    file = write("toys.csv", "name,count\nball, red,1\nkite,2,,\n风筝,大,红,2\n")
    with pytest.raises(BadInput) as refusal:
        documents.rows(file)

    assert refusal.value.findings == (
        f"{file}, line 2: the row has 3 columns, the heading 2",
        f"{file}, line 4: the row has 4 columns, the heading 2",
    )


def test_a_file_without_heading_is_refused(write):
    """An empty file is no table."""
    with pytest.raises(BadInput, match="line 1: has no heading"):
        documents.rows(write("toys.csv", ""))


def test_a_name_that_a_heading_has_twice_is_refused(write):
    """Which of the two cells would be meant? Every such name is said; columns without a name do no harm."""
    file = write("toys.csv", "name,count,name,,\nball,1,kite,,\n")
    with pytest.raises(BadInput) as refusal:
        documents.rows(file)

    assert refusal.value.findings == (f"{file}, line 1: the heading has name 2 times; once would be right",)


def test_a_document_without_any_part_is_refused(write):
    """A file that is empty, or saved under the wrong name, does not count as imported."""
    file = write("toys.toml", "# nothing yet\n")
    with pytest.raises(BadInput, match=r"holds nothing; right would be one of \[\[toys\]\]"):
        documents.toml(file, "toys")


def test_a_workbook_is_read_like_a_csv(tmp_path):
    """XLSX rows carry the same names and lines; a whole number stays whole, a text stays a text."""
    file = write_xlsx(tmp_path / "toys.xlsx", [["name", "count"], ["娃娃 & co", 2], ["007", 1.5]])

    assert documents.rows(file) == [
        Found(f"{file}, line 2", {"name": "娃娃 & co", "count": 2}),
        Found(f"{file}, line 3", {"name": "007", "count": 1.5}),
    ]


def test_a_workbook_that_is_none_is_refused(write):
    """A file that only calls itself a workbook is named."""
    with pytest.raises(BadInput, match=r"toys\.xlsx: cannot be read"):
        documents.rows(write("toys.xlsx", b"not a zip"))


def test_a_packed_table_that_is_cut_is_refused(write):
    """A gzip file that ends in the middle is named, not shown as a traceback."""
    file = write("toys.csv", gzip.compress(b"name,count\n" + bytes(range(32, 127)) * 50)[:-20])
    with pytest.raises(BadInput, match=r"toys\.csv: cannot be read"):
        documents.rows(file)


def test_a_broken_toml_file_names_line_and_column(write):
    """The place of the first mistake in a TOML file is said."""
    with pytest.raises(BadInput, match=r"wrong\.toml: cannot be read: .*line 2, column 9"):
        documents.toml(write("wrong.toml", 'a = "x"\nb = "yes\n'))


def test_a_toml_file_that_is_no_utf_8_is_refused(write):
    """TOML is UTF-8 by its definition."""
    with pytest.raises(BadInput, match="cannot be read"):
        documents.toml(write("wrong.toml", 'a = "打印机"'.encode("gb18030")))


def test_a_toml_file_may_begin_with_a_mark(write):
    """The byte order mark that Windows editors write is no mistake."""
    assert documents.toml(write("right.toml", b'\xef\xbb\xbfa = "x"')) == {"a": "x"}


def test_records_of_a_document_are_numbered(write):
    """A record of a TOML list is named by its place and its code."""
    file = write("toys.toml", '[[toys]]\ncode = "a"\n[[toys]]\nname = "b"\n')
    found = documents.listed(file, documents.toml(file), "toys")

    assert [one.where for one in found] == [f"{file}, [[toys]] 1 a", f"{file}, [[toys]] 2 "]


def test_a_table_where_a_list_is_wanted_is_refused(write):
    """[toys] for [[toys]] is said, not passed over."""
    file = write("toys.toml", '[toys]\ncode = "a"\n')
    with pytest.raises(BadInput, match=r"toys must be written \[\[toys\]\]"):
        documents.listed(file, documents.toml(file), "toys")


def test_everything_wrong_is_said_at_once():
    """Every wrong field of every record is a finding of its own, with place, field, value and what would be right."""
    findings: list[str] = []
    wrong = [Found("line 2", {"name": "a", "count": "many", "colour": "green"}), Found("line 3", {"size": "1"})]

    assert documents.checked([*wrong, Found("line 4", {"name": "b"})], Toy, findings) == [Toy(name="b")]
    assert findings == [
        "line 2: count = 'many': must be a whole number",
        "line 2: colour = 'green': right would be 'red' or 'blue'",
        "line 3: name is missing",
        "line 3: size is no known field",
    ]


def test_findings_are_said_in_the_language_of_the_user():
    """Chinese users read Chinese findings."""
    i18n.activate("zh")
    findings: list[str] = []
    documents.checked([Found("line 2", {"count": "1"})], Toy, findings)

    assert re.search("[一-龥]", findings[0])


def test_texts_are_cleaned_where_they_enter():
    """Escape sequences in a file are stored as visible marks, in values and in lists."""
    (toy,) = documents.checked([Found("x", {"name": " a\x1b[2Jb\u202e "})], Toy, [])
    assert toy.name == "a␛[2Jb⟨202E⟩"


def test_a_folder_gives_its_files_in_order(write, tmp_path):
    """Files of the right kinds are read in the order of their names; others are left alone."""
    for name in ("b.toml", "a.csv", "c.TOML", "notes.txt"):
        write(name, "")

    assert [file.name for file in documents.files(tmp_path, ".toml", ".csv")] == ["a.csv", "b.toml", "c.TOML"]


def test_what_is_not_there_is_named(tmp_path):
    """A missing file and a folder without one are not found."""
    with pytest.raises(NotFound, match="there is no such file or folder"):
        documents.files(tmp_path / "none.toml", ".toml")
    with pytest.raises(NotFound, match=r"holds no \.toml file"):
        documents.files(tmp_path, ".toml")
