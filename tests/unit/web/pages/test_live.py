"""Who is here, as pages show it."""

import pytest

from contextualise.domain.live import Here
from contextualise.web.pages.live import Deed, initials_of, people_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ada Brandt", "AB"), ("Ada", "A"), ("ada de la cruz", "AC"), ("Émile Ölund", "ÉÖ"), ("", "?"), ("  ", "?"), ("李 小龍", "李小")],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_person_stands_there_once_with_all_that_is_written_in_any_of_the_pages() -> None:
    here = [
        Here(1, 5, 1, "Ada", "topic-text"),
        Here(1, 5, 1, "Ada", ""),
        Here(1, 5, 1, "Ada", "topic-notes"),
        Here(1, 5, 2, "Bo", "elsewhere"),
    ]
    ada, bo = people_of(here)
    assert ada.deeds == (Deed("topic-text", "Ada is writing this text"), Deed("topic-notes", "Ada is writing a note"))
    assert (bo.name, bo.deeds) == ("Bo", ())
