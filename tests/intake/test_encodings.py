"""Guessing the encoding of a file that somebody sends."""

import gzip

import pytest

from sharedops_core.intake import encodings

TEXT = "number,subject\nINC-1,打印机脱机 printer offline\nINC-2,一二三 café\n"
CHINESE = "工单号,主题\n1,打印机脱机，三楼西侧的那台，昨天还好好的\n2,发票退回一次\n"


@pytest.fixture
def read(write):
    """Write bytes to a file and return them as the text they are taken for."""

    def as_text(content):
        file = write("log.csv", content)
        with encodings.opened(file) as stream:
            return stream.read().decode(encodings.of_file(file))

    return as_text


@pytest.mark.parametrize("text", [TEXT, CHINESE, "number,subject\n1,x\n"], ids=["mixed", "chinese", "latin"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_every_usual_encoding_is_recognised(read, text, encoding, packed):
    """A file reads as what was written, with or without a mark, packed or not."""
    text = text.replace("é", "e") if encoding == "gbk" else text
    content = text.encode(encoding)

    assert read(gzip.compress(content) if packed else content) == text


def test_a_file_in_utf_16_with_the_other_byte_order_mark(read):
    """The mark decides the byte order, not the machine."""
    assert read("\ufeff".encode("utf-16-be") + TEXT.encode("utf-16-be")) == TEXT


def test_a_stray_nul_does_not_make_utf_16(read):
    """One NUL in a text of bytes is dirt, not an encoding."""
    dirty = "number,subject\nINC-1,打印机\0脱机 and some more words to tell that this is a text\n"
    assert read(dirty.encode()) == dirty


def test_a_character_on_the_border_of_two_blocks(read):
    """A character whose bytes are read in two pieces does not make a UTF-8 file a GB18030 one."""
    text = "a" * ((1 << 20) - 1) + "机" * 10
    assert read(text.encode()) == text


def test_a_file_whose_chinese_begins_late(read):
    """All of a file is looked at: Chinese in its last line counts."""
    text = "number,subject\n" + "INC-1,printer offline\n" * 5000 + "INC-2,打印机脱机\n"
    assert read(text.encode("gb18030")) == text


def test_an_empty_file_is_utf_8(write):
    """Nothing has to be guessed about nothing."""
    assert encodings.of_file(write("log.csv", b"")) == "utf-8"
