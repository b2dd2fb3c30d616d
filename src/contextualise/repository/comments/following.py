"""Comments follow what they are about: to another topic, into a merged one, into the trash and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Entry

TALKED_ABOUT = ("topic", "name", "occurrence", "association")
_IDS = ARRAY(BigInteger)

_MERGED = text(
    """
    UPDATE comment k SET construct_id = h.heir,
      topic_id = coalesce((SELECT t.heir FROM unnest(:ids, :heirs) AS t (id, heir) WHERE t.id = k.topic_id), k.topic_id)
    FROM unnest(:ids, :heirs) AS h (id, heir) WHERE k.map_id = :map_id AND k.construct_id = h.id
    """
).bindparams(bindparam("ids", type_=_IDS), bindparam("heirs", type_=_IDS))
_GONE = text("UPDATE comment SET gone_at = now() WHERE map_id = :map_id AND construct_id = ANY(:ids) AND gone_at IS NULL").bindparams(
    bindparam("ids", type_=_IDS)
)
_BACK = text(
    """
    UPDATE comment k SET construct_id = k.origin_id, gone_at = NULL, topic_id = coalesce(b.topic_id, k.topic_id)
    FROM unnest(:ids, :topics) AS b (id, topic_id)
    WHERE k.map_id = :map_id AND k.origin_id = b.id AND (k.construct_id <> k.origin_id OR k.gone_at IS NOT NULL)
    """
).bindparams(bindparam("ids", type_=_IDS), bindparam("topics", type_=_IDS))
_MOVED = text(
    """
    UPDATE comment k SET topic_id = b.topic_id FROM unnest(:ids, :topics) AS b (id, topic_id)
    WHERE k.map_id = :map_id AND k.construct_id = b.id AND k.topic_id IS DISTINCT FROM b.topic_id
    """
).bindparams(bindparam("ids", type_=_IDS), bindparam("topics", type_=_IDS))

_PLAYED = text(
    """
    UPDATE comment k SET topic_id = b.new FROM unnest(:ids, :olds, :news) AS b (id, old, new)
    WHERE k.map_id = :map_id AND k.construct_id = b.id AND k.topic_id = b.old
    """
).bindparams(bindparam("ids", type_=_IDS), bindparam("olds", type_=_IDS), bindparam("news", type_=_IDS))


async def follow(session: AsyncSession, map_id: int, entries: Sequence[Entry], heirs: Mapping[int, int], *, brings_back: bool) -> None:
    """Let comments follow what a change wrote.

    `heirs` are what takes the place of merged things; `brings_back` says that the change may insert what was there before: what is made
    anew has no comments. An update for each kind of fate that occurs, and nothing where none does.
    """
    merged = {old: _last(heirs, old) for old in heirs}
    fates = _fates(entries)
    for statement, values in (
        (_MERGED, {"ids": list(merged), "heirs": list(merged.values())}),
        (_GONE, {"ids": sorted(fates.gone - set(merged))}),
        (_BACK, {"ids": list(fates.back) if brings_back else [], "topics": list(fates.back.values())}),
        (_MOVED, {"ids": list(fates.moved), "topics": list(fates.moved.values())}),
        (
            _PLAYED,
            {
                "ids": [id for id, _, _ in fates.played],
                "olds": [old for _, old, _ in fates.played],
                "news": [new for *_, new in fates.played],
            },
        ),
    ):
        if values["ids"]:
            await session.execute(statement, {"map_id": map_id, **values})


def _last(heirs: Mapping[int, int], construct_id: int) -> int:
    while construct_id in heirs:
        construct_id = heirs[construct_id]
    return construct_id


@dataclass(slots=True)
class _Fates:
    """What is gone in the end, what is there again and with which topic, what went to another topic, and associations whose player is
    another one: the association, the player before and after.
    """

    gone: set[int] = field(default_factory=set)
    back: dict[int, int | None] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    played: list[tuple[int, int, int]] = field(default_factory=list)


def _fates(entries: Sequence[Entry]) -> _Fates:
    fates, players = _Fates(), dict[int, int]()
    for entry in entries:
        if entry.table == "role":
            _note_role(entry, fates, players)
        elif entry.table in TALKED_ABOUT:
            _note(entry, fates)
    for association_id in fates.back.keys() & players.keys():
        fates.back[association_id] = players[association_id]
    return fates


def _note(entry: Entry, fates: _Fates) -> None:
    construct_id = entry.image["id"]
    if entry.after is None:
        fates.gone.add(construct_id)
        fates.back.pop(construct_id, None)
    elif entry.before is None:
        fates.gone.discard(construct_id)
        fates.back[construct_id] = construct_id if entry.table == "topic" else entry.after.get("topic_id")
    elif "topic_id" in entry.after and entry.before["topic_id"] != entry.after["topic_id"]:
        fates.moved[construct_id] = entry.after["topic_id"]


def _note_role(entry: Entry, fates: _Fates, players: dict[int, int]) -> None:
    if entry.before is None and entry.after is not None:
        players.setdefault(entry.after["association_id"], entry.after["player_id"])
    elif entry.before is not None and entry.after is not None and entry.before["player_id"] != entry.after["player_id"]:
        fates.played.append((entry.after["association_id"], entry.before["player_id"], entry.after["player_id"]))


_PURGE = text("DELETE FROM comment WHERE map_id = :map_id AND gone_at < :before RETURNING id")
_PURGE_NOTICES = text("DELETE FROM notice WHERE map_id = :map_id AND comment_id = ANY(:ids)").bindparams(bindparam("ids", type_=_IDS))


async def purge(session: AsyncSession, map_id: int, before: datetime) -> None:
    """Delete what was said about things that went before a time, and the notices of it."""
    ids = list((await session.execute(_PURGE, {"map_id": map_id, "before": before})).scalars())
    if ids:
        await session.execute(_PURGE_NOTICES, {"map_id": map_id, "ids": ids})
