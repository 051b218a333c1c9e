"""Search over Chinese and English mixed: two-character words, beginnings, repaired typing, hostile questions."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharedops_core.store import search
from tests.conftest import SHARED

ARTICLES = [
    (1, "KB-0101 VPN drops VPN 断线", "The gateway closes an idle tunnel. 网关会断开空闲隧道。客户端要升级。"),
    (2, "KB-0102 Printer offline 打印机脱机", "Restart the print spooler. 重启打印服务，检查网线。"),
    (3, "KB-0103 Payslip password 工资条密码", "The payslip opens with your ID number. 工资条用身份证后六位打开。"),
    (4, "KB-0104 Reset a password 重置密码", "Self-service at id.huachen.example/reset, error HC-4021. 自助重置。"),
    (5, "KB-0105 Invoice rejected 发票退回", "An e-invoice needs the tax number. 电子发票要填税号。"),
    (6, "KB-0106 Travel expenses 差旅报销", "Reimbursement within ten workdays. 十个工作日内报销到账。"),
    (7, "KB-0107 报销单被退回 Claim returned", "See the remark of the auditor. 看审核人的备注。"),
]
BLNS = SHARED / "data" / "hostile-text" / "blns.json.gz"


@pytest.fixture
def indexed(engine, desks):
    """A reading of a database with seven articles in the index; the tests here only ask."""
    with desks.shared(engine, "search", seven_articles).read() as session:
        yield session


def seven_articles(session):
    """Write the index."""
    search.rebuild(session, "article_fts", ARTICLES)


def found(session, question, **options):
    """Return the row ids of an answer, best first."""
    return [hit.rowid for hit in search.find(session, "article_fts", question, **options)]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("脱机", 2),
        ("打印机脱机", 2),
        ("断线", 1),
        ("工资条", 3),
        ("税号", 5),
        ("印", 2),
    ],
)
def test_chinese_words_of_any_length_are_found(indexed, question, best):
    """A Chinese word is found without a segmenter, down to two characters and one."""
    assert found(indexed, question)[0] == best


def test_characters_that_only_stand_apart_are_no_word(indexed):
    """Two characters are asked for as neighbours: 机 and 打 in the same text do not make the word 机打."""
    assert found(indexed, "机打") == []


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("VPN 掉线 gateway", 1),
        ("vpn断线", 1),
        ("重置password", 4),
        ("e-invoice 税号", 5),
        ("打印机 offline", 2),
    ],
)
def test_both_languages_in_one_question(indexed, question, best):
    """Chinese and English words of one question work together, with or without a space between them."""
    assert found(indexed, question)[0] == best


@pytest.mark.parametrize(
    ("question", "best"),
    [("pritner", 2), ("paslip", 3), ("gatewya closes", 1), ("reimbursment", 6), ("invioce", 5)],
)
def test_a_typing_error_is_repaired(indexed, question, best):
    """A word that the index does not know is read as its nearest neighbour."""
    assert found(indexed, question)[0] == best


def test_a_short_word_is_never_repaired(indexed):
    """Four letters have too many neighbours: a short unknown word finds nothing rather than anything."""
    assert found(indexed, "tixx") == []


@pytest.mark.parametrize(("question", "best"), [("pays", 3), ("spo", 2), ("reimb", 6), ("restart the prin", 2)])
def test_the_last_word_may_be_unfinished(indexed, question, best):
    """While somebody types, the last word matches as a beginning."""
    assert found(indexed, question)[0] == best


@pytest.mark.parametrize("question", ["KB-0104", "kb-0104", "HC-4021", "4021", "id.huachen.example"])
def test_numbers_and_parts_of_words_are_found(indexed, question):
    """Keys, error codes and addresses are found whole and by their parts, whatever the case."""
    assert found(indexed, question) == [4]


def test_the_title_weighs_more_than_the_text(session):
    """An article about a word stands before one that mentions it."""
    search.rebuild(session, "article_fts", [(1, "Paper", "printer printer"), (2, "Printer", "paper jam inside")])
    assert found(session, "printer") == [2, 1]


def test_scores_are_between_zero_and_one_and_the_best_is_one(indexed):
    """The fit is a share of the best hit, in falling order."""
    scores = [hit.score for hit in search.find(indexed, "article_fts", "报销 退回")]

    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_words_that_never_stand_together_still_find_something(indexed):
    """When no row has all the words, rows with some of them are offered."""
    assert set(found(indexed, "printer invoice")) == {2, 5}


def test_at_most_so_many(indexed):
    """No answer is longer than asked for."""
    assert len(found(indexed, "the password invoice 报销", limit=2)) == 2


@pytest.mark.parametrize(
    "question",
    [
        '"', '"""', "*", "vpn*", "a AND", "AND", "OR NOT NEAR", "NEAR(vpn, 2)", "col:x", "title:vpn", "打印 -机",
        "-", "^vpn", "(", "vpn)", "{title body}: vpn", "", "   ", "\n\t", "，。！？", "…—()[]{}<>", "\x00",
        "\x1b[31mvpn", "'; DROP TABLE ticket; --", "vpn\x00drops", "🙂", "٣", "a" * 5000, "机" * 5000, "%", "_",
        "vpn + drops", "e\u0301", "İ", "ß", "_" * 30, "a.b-c/d_e", "vpn..drops", "\ud7ff", "㐀", "豈", "𠀀",
    ],
)  # fmt: skip
def test_no_question_is_too_hostile(indexed, question):
    """Whatever is typed is a question, never a syntax error; only its words count."""
    assert all(hit.rowid in range(1, 8) for hit in search.find(indexed, "article_fts", question))


@pytest.mark.parametrize("question", ["", "   ", '"', "*", "，。！？", "()"])
def test_a_question_without_words_finds_nothing(indexed, question):
    """Punctuation alone is no question."""
    assert found(indexed, question) == []


@pytest.mark.parametrize("question", ['"vpn" AND', "title:vpn", "vpn -drops", "(vpn*)"])
def test_operators_of_the_engine_are_mere_punctuation(indexed, question):
    """A question in the engine's own syntax is read as the words it holds."""
    assert found(indexed, question)[0] == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=40) | st.text(alphabet='vpn打印机 "*:-^()+{}ANDORNEAR,.', max_size=30))
def test_any_text_is_a_question(indexed, question):
    """No text at all makes the search raise."""
    assert len(search.find(indexed, "article_fts", question)) <= 10


@pytest.mark.skipif(not BLNS.exists(), reason=f"the shared file {BLNS} is not on this machine")
def test_the_big_list_of_naughty_strings_is_searchable(session):
    """Every string of the shared list of hostile texts can be asked for, and can be indexed."""
    texts = [text for text in json.loads(gzip.decompress(BLNS.read_bytes())) if text]
    search.rebuild(session, "article_fts", [(n, text, text) for n, text in enumerate(texts, 1)])
    for text in texts:
        search.find(session, "article_fts", text)

    assert len(texts) == 514
    assert found(session, "undefined")[0] == 1


def test_an_unknown_index_is_a_mistake_of_ours(session):
    """Only the indexes that exist can be named: the name goes into SQL."""
    with pytest.raises(ValueError, match="ticket"):
        search.find(session, "ticket; DROP TABLE ticket", "x")


def test_rebuilding_forgets_what_was_there(session):
    """An index written anew holds the new rows only."""
    search.rebuild(session, "article_fts", ARTICLES)
    search.rebuild(session, "article_fts", [(9, "Only this", "here")])

    assert (found(session, "vpn"), found(session, "only this")) == ([], [9])
