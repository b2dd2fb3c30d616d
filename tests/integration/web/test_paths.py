"""Knowledge paths: made in one form, put in order by buttons, several on one topic, loops told, and rights."""

import re
from html import unescape

import pytest

from contextualise.domain.history import begin, finish
from contextualise.repository.associations import insert_association
from tests.opera import Opera


async def step(opera: Opera, one: str, other: str) -> None:
    """A step of no named path, as an import brings it."""
    async with opera.site.database.writing() as session:
        journal = await begin(session, opera.map_id)
        members = [(opera.ids["previous"], opera.ids[one]), (opera.ids["next"], opera.ids[other])]
        await insert_association(journal, type_id=opera.ids["navigation"], scope_id=0, members=members, user_id=None)
        await finish(journal, user_id=None, op="association.create", construct_id=opera.ids[one], label=one)


def fields(*names: str, name: str = "Puccini, one after the other") -> dict[str, str]:
    return {"name": name, **{f"step-{number}": topic for number, topic in enumerate(names)}}


def reading(html: str) -> list[str]:
    part = re.search(r'<ol class="path-reading">(.*?)</ol>', html, re.DOTALL)
    return [unescape(name) for name in re.findall(r">([^<]+)</a>", part[1])] if part else []


def rows(html: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'name="step-\d+" value="([^"]*)"', html)]


async def make(opera: Opera, *names: str, **more: str) -> str:
    answer = await opera.owner.post(f"{opera.url}/paths/new", fields(*names, **more))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_one_form_sets_both_roles_of_every_step(own_opera: Opera) -> None:
    url = await make(own_opera, "Luigi Illica", "Tosca", "Giacomo Puccini")
    page = (await own_opera.viewer.get(url)).text
    assert reading(page) == ["Luigi Illica", "Tosca", "Giacomo Puccini"]
    tosca = (await own_opera.viewer.get(f"{own_opera.tosca}?scope=puccini-one-after-the-other")).text
    assert re.search(r'rel="prev"[^>]*>|href="[^"]*luigi-illica[^"]*" rel="prev"', tosca)
    assert 'rel="next" href="' in tosca
    assert "giacomo-puccini" in tosca


async def test_names_that_no_topic_has_are_offered_and_made(own_opera: Opera) -> None:
    refused = await own_opera.owner.post(f"{own_opera.url}/paths/new", fields("Tosca", "Turandot"))
    assert refused.status_code == 422
    assert "Create the topic “Turandot”" in unescape(refused.text)
    made = await own_opera.owner.post(f"{own_opera.url}/paths/new", {**fields("Tosca", "Turandot"), "step-1_create": "Turandot"})
    assert reading((await own_opera.owner.get(made.headers["location"])).text) == ["Tosca", "Turandot"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (fields("Tosca"), "at least two topics"),
        (fields("Tosca", "La Bohème", "Tosca"), "“Tosca” comes twice"),
        (fields("Tosca", "La Bohème", name=""), "Give the path a name"),
        ({"name": "x"}, "at least two topics"),
        ({"name": "x" * 300, "step-0": "Tosca", "step-1": "La Bohème"}, "200"),
        (fields("Tosca", "\x00"), "no topic"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(own_opera: Opera, given: dict[str, str], said: str) -> None:
    answer = await own_opera.owner.post(f"{own_opera.url}/paths/new", given)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert rows(answer.text)[: len(given) - 1] == [value.replace("\x00", "\ufffd") for key, value in given.items() if key != "name"]


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ({"later": "0"}, ["b", "a", "c"]),
        ({"earlier": "2"}, ["a", "c", "b"]),
        ({"earlier": "0"}, ["a", "b", "c"]),
        ({"remove": "1"}, ["a", "c"]),
        ({"more": "1"}, ["a", "b", "c", ""]),
        ({"order": "2,0,1", "more": "1"}, ["c", "a", "b", ""]),
        ({"order": "9,x,-1,2", "more": "1"}, ["c", "a", "b", ""]),
        ({"later": "nonsense"}, ["a", "b", "c"]),
    ],
)
async def test_buttons_put_the_rows_in_order_and_save_nothing(own_opera: Opera, button: dict[str, str], order: list[str]) -> None:
    answer = await own_opera.owner.post(f"{own_opera.url}/paths/new", {**fields("a", "b", "c"), **button})
    assert answer.status_code == 200
    assert rows(answer.text) == order
    assert "There is none in this map yet" not in (await own_opera.viewer.get(f"{own_opera.url}/paths")).text
    assert "Puccini, one" not in (await own_opera.viewer.get(f"{own_opera.url}/paths")).text


async def test_a_path_is_changed_as_one_change_and_back(own_opera: Opera) -> None:
    url = await make(own_opera, "Tosca", "La Bohème", "Luigi Illica")
    answer = await own_opera.owner.post(f"{url}/edit", fields("Luigi Illica", "Tosca", "La Bohème", name="Another order"))
    changed = (await own_opera.viewer.get(answer.headers["location"])).text
    assert reading(changed) == ["Luigi Illica", "Tosca", "La Bohème"]
    assert "Another order" in changed
    history = (await own_opera.owner.get(f"{own_opera.url}/history")).text
    undo = re.search(r'action="([^"]+/undoing)"', history)
    assert undo
    await own_opera.owner.post(undo[1], {})
    assert reading((await own_opera.viewer.get(url)).text) == ["Tosca", "La Bohème", "Luigi Illica"]


async def test_one_topic_lies_on_several_paths(own_opera: Opera) -> None:
    await make(own_opera, "Luigi Illica", "Tosca", name="First")
    await make(own_opera, "Giacomo Puccini", "Tosca", name="Second")
    html = (await own_opera.viewer.get(own_opera.tosca)).text
    assert {"Luigi Illica", "Giacomo Puccini", "La Bohème"} <= set(re.findall(r'class="path__topic">([^<]+)<', html))
    first = (await own_opera.viewer.get(f"{own_opera.tosca}?scope=first")).text
    assert set(re.findall(r'class="path__topic">([^<]+)<', first)) == {"Luigi Illica", "La Bohème"}


async def test_a_path_without_a_name_is_listed_and_can_get_one(own_opera: Opera) -> None:
    html = (await own_opera.owner.get(f"{own_opera.url}/paths")).text
    assert "Without a name" in html
    naming = re.search(r'href="([^"]+paths/new\?from=\d+)"', html)
    assert naming
    form = (await own_opera.owner.get(naming[1])).text
    assert rows(form)[:2] == ["La Bohème", "Tosca"]
    await own_opera.owner.post(f"{own_opera.url}/paths/new", {**fields("La Bohème", "Tosca", name="Named"), "replaces": "1"})
    html = (await own_opera.owner.get(f"{own_opera.url}/paths")).text
    assert "Without a name" not in html
    assert "Named" in html


async def test_loops_and_forks_are_told_and_nothing_hangs(own_opera: Opera) -> None:
    await step(own_opera, "Tosca", "Luigi Illica")
    await step(own_opera, "Luigi Illica", "La Bohème")
    await step(own_opera, "Luigi Illica", "Giacomo Puccini")
    html = unescape((await own_opera.viewer.get(f"{own_opera.url}/paths")).text)
    assert "Goes round in circles" in html
    assert "Divides at “Luigi Illica”" in html
    assert (await own_opera.viewer.get(own_opera.tosca)).status_code == 200


async def test_a_path_taken_apart_leaves_its_topics(own_opera: Opera) -> None:
    url = await make(own_opera, "Luigi Illica", "Tosca")
    answer = await own_opera.owner.post(f"{url}/removal", {})
    assert answer.status_code == 303
    assert (await own_opera.viewer.get(url)).status_code == 404
    for slug in ("luigi-illica", "tosca", "puccini-one-after-the-other"):
        assert (await own_opera.viewer.get(f"{own_opera.url}/topics/{slug}")).status_code == 200


async def test_readers_read_and_strangers_learn_nothing(own_opera: Opera) -> None:
    url = await make(own_opera, "Luigi Illica", "Tosca")
    assert "New path" not in (await own_opera.viewer.get(f"{own_opera.url}/paths")).text
    assert (await own_opera.viewer.get(f"{url}/edit")).status_code == 403
    for client in (own_opera.stranger, own_opera.anonymous):
        for path in (url, f"{own_opera.url}/paths"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert "Illica" not in answer.text


async def test_htmx_gets_the_form_alone(own_opera: Opera) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#path-form"}
    answer = await own_opera.owner.post(f"{own_opera.url}/paths/new", {**fields("a", "b"), "later": "0"}, headers=headers)
    assert answer.text.lstrip().startswith('<form class="inline-form" id="path-form"')
    assert rows(answer.text) == ["b", "a"]
