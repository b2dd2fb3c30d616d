"""A small map with everything that a topic's page can show, and people with every right on it."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import history
from contextualise.domain.associations import create_association, insert_association
from contextualise.domain.base_topics import base_ids
from contextualise.domain.maps import publish_map
from contextualise.domain.names import add_name, add_variant
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.tags import add_tag
from contextualise.domain.texts import put_content, save_text
from contextualise.domain.topics import create_topic
from contextualise.repository.tables import Content, MapMember, Occurrence
from tests.factories import make_map
from tests.web import Client, Person, Site

XSD = "http://www.w3.org/2001/XMLSchema#"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
TEXT = """*Tosca* is an opera by [[Giacomo Puccini]], first given at the [[Teatro Costanzi]] in Rome.
The [[Kingdom of Naples]] has no topic yet.

## The first act

- [x] Check the cast
- [ ] Add the reviews

| Role | Voice |
| --- | --- |
| Floria Tosca | soprano |

```python
def acts(opera):
    return 3
```

It was a success.[^1]

[^1]: Burton, 2004.
"""


@dataclass
class Opera:
    """The map and its people; `ids` has topics by name and statements by the words they are for."""

    site: Site
    map_id: int
    url: str
    owner: Person
    viewer: Person
    stranger: Person
    ids: dict[str, int]

    @property
    def anonymous(self) -> Client:
        """Nobody signed in."""
        return self.site.anonymous

    @property
    def tosca(self) -> str:
        """The address of the topic with everything."""
        return f"{self.url}/topics/tosca"

    async def publish(self) -> None:
        """Let everybody read the map."""
        async with self.site.database.writing() as session:
            await publish_map(session, self.map_id, self.owner.id)


async def make_opera(site: Site, at: str = "example.org") -> Opera:
    """The map, private, with an owner, somebody who may read it and somebody who may not, whose addresses end in `at`."""
    owner, viewer, stranger = [await site.person(f"{name}@{at}") for name in ("owner", "viewer", "stranger")]
    async with site.database.writing() as session:
        map_id = await make_map(session, owner_id=owner.id)
        await session.execute(insert(MapMember).values(map_id=map_id, user_id=viewer.id, mode="view"))
        ids = dict(await base_ids(session, map_id))
        place = (session, map_id, owner.id)

        async def topic(name: str, *types: str, contexts: tuple[str, ...] = ()) -> int:
            made = await create_topic(*place, name=name, type_ids=[ids[kind] for kind in types], scope_ids=[ids[it] for it in contexts])
            ids[name] = made.construct_id
            return made.construct_id

        for kind in (
            "Opera",
            "Composer",
            "Librettist",
            "Theatre",
            "Conductor",
            "Perspective",
            "Première",
            "Acts",
            "Setting",
            "Page",
            "Source",
        ):
            await topic(kind)
        for kind in ("Composition", "Libretto", "First performance", "Influence", "Banned", "Work"):
            await topic(kind)
        await topic("Tosca", "Opera")
        await topic("Giacomo Puccini", "Composer")
        for name in ("Luigi Illica", "Giuseppe Giacosa"):
            await topic(name, "Librettist")
        await topic("Teatro Costanzi", "Theatre")
        await topic("Leopoldo Mugnone", "Conductor")
        await topic("Staging", "Perspective")
        await topic("La Bohème", "Opera")

        ids["italian name"] = (
            await add_name(*place, ids["Tosca"], value="La Tosca, melodramma in tre atti", scope_ids=[ids["ita"]])
        ).construct_id
        ids["staged name"] = (
            await add_name(*place, ids["Tosca"], value="Tosca on stage", scope_ids=[ids["Staging"], ids["ita"]])
        ).construct_id
        ids["variant"] = (await add_variant(*place, ids["italian name"], value="tosca", scope_ids=[ids["sort"]])).construct_id
        ids["text"] = (await save_text(session, site.objects, map_id, owner.id, ids["Tosca"], source=TEXT, expected=None)).construct_id
        ids["staged text"] = (
            await save_text(
                session,
                site.objects,
                map_id,
                owner.id,
                ids["Tosca"],
                source="Seen from the stage.",
                expected=None,
                scope_ids=[ids["Staging"]],
            )
        ).construct_id

        async def fact(
            name: str, about: int, kind: str, value: str, datatype: str, *, title: str | None = None, contexts: tuple[str, ...] = ()
        ) -> None:
            made = await add_occurrence(
                *place, about, type_id=ids[kind], value=value, datatype=datatype, title=title, scope_ids=[ids[it] for it in contexts]
            )
            ids[name] = made.construct_id

        await fact("première", ids["Tosca"], "Première", "1900-01-14", XSD + "date", contexts=("Staging",))
        await fact("acts", ids["Tosca"], "Acts", "3", XSD + "integer")
        await fact("setting", ids["Tosca"], "Setting", "geo:41.9009,12.4833", "geo", title="Rome")
        await fact("link", ids["Tosca"], "Page", "https://www.example.org/tosca", XSD + "anyURI", title="The autograph score")

        async def relate(name: str, kind: str, *members: tuple[str, str], contexts: tuple[str, ...] = ()) -> None:
            made = await create_association(
                *place,
                type_id=ids[kind],
                members=[(ids[role], ids[player]) for role, player in members],
                scope_ids=[ids[it] for it in contexts],
            )
            ids[name] = made.construct_id

        await relate("composition", "Composition", ("Work", "Tosca"), ("Composer", "Giacomo Puccini"))
        for name in ("Luigi Illica", "Giuseppe Giacosa"):
            await relate(f"libretto of {name}", "Libretto", ("Work", "Tosca"), ("Librettist", name))
        await relate(
            "performance",
            "First performance",
            ("Work", "Tosca"),
            ("Theatre", "Teatro Costanzi"),
            ("Conductor", "Leopoldo Mugnone"),
            contexts=("Staging",),
        )
        await relate("ban", "Banned", ("Work", "Tosca"))
        await fact("audience", ids["performance"], "Source", "Full house", XSD + "string")
        ids["tag"] = (await add_tag(*place, ids["Tosca"], "verismo")).construct_id
        journal = await history.begin(session, map_id)
        made = await insert_association(
            journal,
            owner.id,
            type_id=ids["navigation"],
            members=[(ids["previous"], ids["La Bohème"]), (ids["next"], ids["Tosca"])],
            scope_id=0,
        )
        ids["path"] = made.construct_id
        await _picture(site, map_id, ids, session)
    return Opera(site, map_id, f"/maps/{map_id}-italian-opera", owner, viewer, stranger, ids)


async def _picture(site: Site, map_id: int, ids: dict[str, int], session: AsyncSession) -> None:
    """A picture and a web page as files of a topic."""
    for data, media_type, kind, name, title in (
        (PIXEL, "image/png", "image", "score.png", "The first page"),
        (b"<script>alert(1)</script>", "text/html", "file", "notes.html", None),
    ):
        digest = await put_content(site.objects, map_id, data, media_type)
        await session.execute(insert(Content).values(map_id=map_id, sha256=digest, media_type=media_type, bytes=len(data)))
        row = insert(Occurrence).values(
            map_id=map_id,
            topic_id=ids["Tosca"],
            type_id=ids[kind],
            datatype=XSD + "anyURI",
            value=f"sha256:{sha256(data).hexdigest()}",
            sha256=digest,
            title=title,
            file_name=name,
        )
        ids[kind + " of Tosca"] = (await session.execute(row.returning(Occurrence.id))).scalar_one()
