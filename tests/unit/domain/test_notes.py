import pytest

from contextualise.domain.notes import Proposal, proposal_of


@pytest.mark.parametrize(
    ("source", "name", "text"),
    [
        ("# Call the archive\n\nAbout the *letters*.", "Call the archive", "About the *letters*."),
        ("Call the archive\n================\nAbout it.", "Call the archive", "About it."),
        ("Call the archive\n\nAbout it.", "Call the archive", "About it."),
        ("\n\n  Tosca.  ", "Tosca", ""),
        ("## **Tosca** and [[Rome|the city]]:\n\nx", "Tosca and the city", "x"),
        ("The first line goes on\nas a sentence does.", "The first line goes on", "The first line goes on\nas a sentence does."),
        ("", "", ""),
        ("`code`", "code", ""),
        ("# \n\nonly a text", "", "only a text"),
    ],
)
def test_the_name_is_proposed_and_taken_out_of_the_text(source: str, name: str, text: str) -> None:
    assert proposal_of(source) == Proposal(name, text)


def test_a_title_is_the_name() -> None:
    assert proposal_of("# Tosca\n\nText.", "tosca") == Proposal("tosca", "Text.")
    assert proposal_of("An opera.", "Tosca") == Proposal("Tosca", "An opera.")


def test_a_long_first_line_stays_in_the_text() -> None:
    long = "word " * 60
    proposal = proposal_of(long)
    assert len(proposal.name) <= 100
    assert proposal.text == long
