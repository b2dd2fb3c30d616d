"""What waits for an open page, and what an announcement says."""

from contextualise.domain.live import CatchUp, Here, News, People, Stream
from contextualise.domain.live.stream import MOST_WAITING
from contextualise.repository.live import news_of


def change(version: int) -> News:
    return News("change", 1, version=version)


async def everything(stream: Stream) -> list[object]:
    messages = []
    while stream.waiting:
        messages.append(await stream.next(0))
    return messages


async def test_messages_come_in_their_order() -> None:
    stream = Stream(1, None)
    for version in (3, 4, 5):
        stream.put(change(version))
    assert await everything(stream) == [change(3), change(4), change(5)]
    assert await stream.next(0) is None


async def test_a_page_that_does_not_read_is_told_once_to_catch_up() -> None:
    stream = Stream(1, None)
    for version in range(100_000):
        stream.put(change(version))
        assert stream.waiting <= MOST_WAITING
    messages = await everything(stream)
    assert messages[0] == CatchUp()
    assert messages[-1] == change(99_999)
    assert messages.count(CatchUp()) == 1


async def test_of_people_only_the_latest_are_told_and_they_survive_a_flood() -> None:
    stream = Stream(1, None)
    ada, bo = (Here(1, None, number, name, "") for number, name in ((1, "Ada"), (2, "Bo")))
    stream.put(People((ada,)))
    stream.put(People((ada, bo)))
    for version in range(MOST_WAITING + 3):
        stream.put(change(version))
    assert [message for message in await everything(stream) if isinstance(message, People)] == [People((ada, bo))]


async def test_a_check_and_the_end_come_before_what_waits() -> None:
    stream = Stream(1, None)
    stream.put(change(1))
    stream.check()
    assert await stream.next(0) is None
    stream.must_check = False
    assert await stream.next(0) == change(1)
    stream.put(change(2))
    stream.end()
    assert await stream.next(0) is None


def test_an_announcement_is_read_as_it_was_written() -> None:
    payload = '{"kind":"change","map":7,"version":12,"change":90,"user":3,"name":"Ada","topics":[5,6],"access":true}'
    assert news_of(payload) == News("change", 7, 3, "Ada", 12, 90, frozenset({5, 6}), concerns_access=True)
    assert news_of('{"kind":"presence","map":7}') == News("presence", 7)
    assert news_of('{"kind":"notices","people":[3,4]}') == News("notices", None, people=frozenset({3, 4}))


def test_news_show_on_the_pages_of_their_topics_and_on_pages_of_the_map() -> None:
    some, every = News("change", 1, topic_ids=frozenset({5})), News("change", 1)
    pages = (frozenset({5}), frozenset({4, 5}), frozenset({6}), None)
    assert [some.shows_on(page) for page in pages] == [True, True, False, True]
    assert [every.shows_on(page) for page in pages] == [True, True, True, True]


def test_a_page_follows_its_topic_the_topics_on_it_or_the_whole_map() -> None:
    assert Stream(1, 7).topic_ids == {7}
    assert Stream(1, None, frozenset({7, 8})).topic_ids == {7, 8}
    assert Stream(1, None).topic_ids is None
