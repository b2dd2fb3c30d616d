import pytest

from contextualise.repository.search.query import Term, meaning, parse, quoted, split_words


def test_words_are_taken_apart_and_the_last_one_may_grow() -> None:
    query = parse("  Cà  phê Sữa ")
    assert query.terms == (Term(("ca",)), Term(("phe",)), Term(("sua",), is_open=True))
    assert query.key == "ca phe sua" and query.words == ("ca", "phe", "sua") and query.is_plain


def test_phrases_stand_together_and_minus_excludes() -> None:
    query = parse('rome "three acts" -naples -"old town"')
    assert query.terms == (
        Term(("rome",)),
        Term(("three", "acts")),
        Term(("naples",), is_excluded=True),
        Term(("old", "town"), is_excluded=True),
    )
    assert query.tsquery() == "('rome') & ('three' <-> 'acts') & !('naples') & !('old' <-> 'town')"
    assert not query.is_plain


@pytest.mark.parametrize("text", ["", " ", "-", '"', "!!", "'", "\0", "–", '""'])
def test_nothing_is_asked_by_signs_alone(text: str) -> None:
    assert parse(text).terms == () and parse(text).tsquery() == ""


def test_exclusions_alone_ask_for_nothing() -> None:
    assert parse("-rome").tsquery() == ""


def test_last_word_is_a_beginning_from_two_letters_on() -> None:
    assert parse("t").tsquery() == "('t')"
    assert parse("to").tsquery() == "('to':*)"
    assert parse("to").tsquery(shortest=3) == "('to')"
    assert parse('"tosca"').tsquery() == "('tosca')"


def test_stems_stand_for_all_words_that_begin_so() -> None:
    assert parse("cities of").tsquery({"cities": ["citi"]}) == "('cities' | 'citi':* | 'city':*) & ('of':*)"
    assert parse("paris x").tsquery({"paris": ["pari"]}) == "('paris' | 'pari':*) & ('x')"
    assert parse("an x").tsquery({"an": ["a"]}) == "('an') & ('x')", "a stem of one letter begins everything"


def test_idle_words_are_left_out_unless_there_are_no_others() -> None:
    assert parse("the ring of power").tsquery({}, {"the", "of"}) == "('ring') & ('power':*)"
    assert parse("the of").tsquery({}, {"the", "of"}) == "('the') & ('of':*)"


def test_no_sign_reaches_the_database() -> None:
    query = parse("a'b \\c :*& | !(d) <-> e:A $1 %(f)s")
    assert set("'\\:*&|!()<->$%") & set("".join(query.words)) == set()


def test_words_one_slip_away_are_asked_for_too() -> None:
    ways = parse("opera of").slips()
    assert {"opera", "oprea", "pera", "operas", "opere", "copera"} <= set(ways["opera"]) and "perra" not in ways["opera"]
    assert set(ways["of"]) == {"of"}
    assert parse("to be or").slips() == {} == parse("x" * 100).slips() == parse('"opera house"').slips()


def test_meaning_needs_a_word_for_each() -> None:
    ways = {"oper": {"opera", "oper", "opers"}, "hous": {"house", "hours"}}
    assert quoted(ways) == ["'hours'", "'house'", "'oper'", "'opera'", "'opers'"]
    assert meaning(ways, ["'opera'", "'house'", "'hours'"]) == "('opera') & ('hours' | 'house')"
    assert meaning(ways, ["'opera'"]) == ""


def test_long_questions_are_cut() -> None:
    assert len(parse("word " * 500).terms) <= 12


def test_words_of_names_and_addresses() -> None:
    assert split_words("L’Aquila") == ("l", "aquila")
    assert split_words("https://www.example.org/a_b.html?x=1") == ("https", "www", "example", "org", "a", "b", "html", "x", "1")
