"""Makes the sample map from its files, through the same functions as a person's own map."""

import asyncio
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import create_association
from contextualise.domain.base_topics import base_ids
from contextualise.domain.content import examine_later
from contextualise.domain.history import begin, finish
from contextualise.domain.maps import check_fields, create_map
from contextualise.domain.names import add_name
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.paths import save_path
from contextualise.domain.tags import add_tag
from contextualise.domain.texts import put_content, save_text
from contextualise.domain.topics import IdentifierKind, add_identifier, create_topic
from contextualise.objects import ObjectStore
from contextualise.repository import contents, occurrences

_FOLDER = Path(__file__).parent
_IMAGE = "image/webp"


class SampleName(msgspec.Struct, forbid_unknown_fields=True):
    """A further name."""

    value: str
    scope: list[str] = []


class SampleValue(msgspec.Struct, forbid_unknown_fields=True):
    """A value; `datatype` is a key of `lib.values.DATATYPES`."""

    type: str
    datatype: str
    value: str
    title: str | None = None


class SampleLink(msgspec.Struct, forbid_unknown_fields=True):
    """A link to another site."""

    url: str
    title: str


class SampleImage(msgspec.Struct, forbid_unknown_fields=True):
    """A picture of the folder `images`."""

    file: str
    title: str
    alt: str


class SampleTopic(msgspec.Struct, forbid_unknown_fields=True):
    """A topic; `text` names a file of the folder `texts`."""

    id: str
    name: str
    french: str | None = None
    types: list[str] = []
    names: list[SampleName] = []
    subject: str | None = None
    text: str | None = None
    text_french: str | None = None
    tags: list[str] = []
    values: list[SampleValue] = []
    links: list[SampleLink] = []
    images: list[SampleImage] = []


class SampleAssociation(msgspec.Struct, forbid_unknown_fields=True):
    """An association; members are pairs of role type and player."""

    type: str
    members: list[tuple[str, str]]
    scope: list[str] = []
    values: list[SampleValue] = []


class SamplePath(msgspec.Struct, forbid_unknown_fields=True):
    """Topics to read one after the other."""

    name: str
    topics: list[str]


class Sample(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    title: str
    description: str
    topics: list[SampleTopic]
    associations: list[SampleAssociation]
    path: SamplePath


def read_sample() -> Sample:
    """The sample map as it is written."""
    return msgspec.convert(tomllib.loads((_FOLDER / "photography.toml").read_text("utf-8")), Sample)


async def create_sample(session: AsyncSession, objects: ObjectStore, user_id: int) -> int:
    """Make the sample map as a private map of the person; returns its id."""
    sample = await asyncio.to_thread(read_sample)
    map_id = await create_map(session, user_id, check_fields(title=sample.title, description=sample.description, accent="indigo"))
    loader = _Loader(session, objects, map_id, user_id, dict(await base_ids(session, map_id)))
    await loader.load(sample)
    return map_id


class _Loader:
    """Knows which id each topic of the file has got."""

    def __init__(self, session: AsyncSession, objects: ObjectStore, map_id: int, user_id: int, ids: dict[str, int]) -> None:
        self._session, self._objects = session, objects
        self._map = (session, map_id, user_id)
        self._ids = ids

    async def load(self, sample: Sample) -> None:
        """Topics first: everything else points at them."""
        for topic in sample.topics:
            saved = await create_topic(*self._map, name=topic.name, type_ids=self._of(topic.types), slug=topic.id)
            self._ids[topic.id] = saved.construct_id
        for topic in sample.topics:
            await self._describe(topic)
        await self._text("home", "home", ())
        for association in sample.associations:
            await self._associate(association)
        await self._lay_path(sample.path)

    def _of(self, names: Sequence[str]) -> list[int]:
        return [self._ids[name] for name in names]

    async def _describe(self, topic: SampleTopic) -> None:
        topic_id = self._ids[topic.id]
        french = [SampleName(topic.french, ["fra"])] if topic.french else []
        for name in [*french, *topic.names]:
            await add_name(*self._map, topic_id, value=name.value, scope_ids=self._of(name.scope))
        if topic.subject:
            await add_identifier(*self._map, topic_id, kind=IdentifierKind.SUBJECT_IDENTIFIER, iri=topic.subject)
        for tag in topic.tags:
            await add_tag(*self._map, topic_id, tag)
        await self._values(topic_id, topic.values)
        for link in topic.links:
            await add_occurrence(*self._map, topic_id, type_id=self._ids["url"], value=link.url, datatype="anyURI", title=link.title)
        for image in topic.images:
            await self._image(topic_id, image)
        for text, scope in ((topic.text, ()), (topic.text_french, ("fra",))):
            if text:
                await self._text(topic.id, text, scope)

    async def _values(self, construct_id: int, values: Sequence[SampleValue]) -> None:
        for value in values:
            await add_occurrence(
                *self._map, construct_id, type_id=self._ids[value.type], value=value.value, datatype=value.datatype, title=value.title
            )

    async def _text(self, topic: str, name: str, scope: Sequence[str]) -> None:
        source = await asyncio.to_thread((_FOLDER / "texts" / f"{name}.md").read_text, "utf-8")
        session, map_id, user_id = self._map
        await save_text(session, self._objects, map_id, user_id, self._ids[topic], source=source, expected=None, scope_ids=self._of(scope))

    async def _image(self, topic_id: int, image: SampleImage) -> None:
        session, map_id, user_id = self._map
        data = await asyncio.to_thread((_FOLDER / "images" / image.file).read_bytes)
        digest = await put_content(self._objects, map_id, data, _IMAGE)
        journal = await begin(session, map_id)
        await contents.keep_content(session, map_id, digest, media_type=_IMAGE, size=len(data))
        columns: Mapping[str, Any] = {
            "topic_id": topic_id,
            "type_id": self._ids["image"],
            "scope_id": 0,
            "datatype": f"https://www.iana.org/assignments/media-types/{_IMAGE}",
            "value": f"sha256:{digest.hex()}",
            "sha256": digest,
            "title": image.title,
            "alt": image.alt,
            "file_name": image.file,
        }
        made = await occurrences.insert_occurrence(journal, user_id, **columns)
        await examine_later(session, map_id, user_id)
        await finish(journal, user_id=user_id, op="occurrence.add", construct_id=made["id"], label=image.title)

    async def _associate(self, association: SampleAssociation) -> None:
        members = [(self._ids[role], self._ids[player]) for role, player in association.members]
        saved = await create_association(
            *self._map, type_id=self._ids[association.type], members=members, scope_ids=self._of(association.scope)
        )
        await self._values(saved.construct_id, association.values)

    async def _lay_path(self, path: SamplePath) -> None:
        await save_path(*self._map, name=path.name, step_ids=[self._ids[topic] for topic in path.topics])
