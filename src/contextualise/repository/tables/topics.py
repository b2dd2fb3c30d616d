"""Topics, their types and identifiers, and interned scopes (TMDM 5.3, 5.5)."""

from sqlalchemy import SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Big, ConstructKey, MapKey, Now


class Topic(Base):
    """A topic; `label` and `sort_key` are kept from its names for lists."""

    __tablename__ = "topic"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    slug: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text)
    is_base: Mapped[bool] = mapped_column(server_default=text("false"))
    is_hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[Now]
    created_by: Mapped[Big | None]
    updated_at: Mapped[Now]
    updated_by: Mapped[Big | None]


class TopicType(Base):
    """A plain type-instance relation: unscoped and unreified; any other one is an association."""

    __tablename__ = "topic_type"

    map_id: Mapped[MapKey]
    topic_id: Mapped[MapKey]
    type_id: Mapped[MapKey]


class Identifier(Base):
    """Kind 1 is a subject identifier, 2 a subject locator, 3 an item identifier."""

    __tablename__ = "identifier"

    map_id: Mapped[MapKey]
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    iri: Mapped[str] = mapped_column(Text, primary_key=True)
    construct_id: Mapped[Big]


class Scope(Base):
    """An interned set of themes; id 0 with the key '' is the unconstrained scope."""

    __tablename__ = "scope"

    map_id: Mapped[MapKey]
    id: Mapped[MapKey]
    key: Mapped[str] = mapped_column(Text)


class ScopeTheme(Base):
    """One theme of a scope."""

    __tablename__ = "scope_theme"

    map_id: Mapped[MapKey]
    scope_id: Mapped[MapKey]
    topic_id: Mapped[MapKey]


class Reification(Base):
    """A topic that stands for a statement or the map; kinds m, n, v, o, a, r."""

    __tablename__ = "reification"

    map_id: Mapped[MapKey]
    reifier_id: Mapped[MapKey]
    construct_id: Mapped[Big]
    kind: Mapped[str] = mapped_column(Text)
