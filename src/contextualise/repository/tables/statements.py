"""Names, variants, occurrences, associations and roles (TMDM 5.5-5.8)."""

from uuid import UUID

from sqlalchemy import Computed, Text
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Big, ConstructKey, Hash, MapKey, Now

_SIG = "md5(value)::uuid"


class Name(Base):
    """A name of a topic; `key` is the value as compared."""

    __tablename__ = "name"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    topic_id: Mapped[Big]
    type_id: Mapped[Big]
    scope_id: Mapped[Big] = mapped_column(server_default="0")
    value: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    sig: Mapped[UUID] = mapped_column(Computed(_SIG, persisted=True))


class Variant(Base):
    """Another form of a name; its scope is a proper superset of the name's."""

    __tablename__ = "variant"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    name_id: Mapped[Big]
    scope_id: Mapped[Big]
    datatype: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    sig: Mapped[UUID] = mapped_column(Computed(_SIG, persisted=True))


class Occurrence(Base):
    """What is said about a topic by a value, or by content when `sha256` is set."""

    __tablename__ = "occurrence"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    topic_id: Mapped[Big]
    type_id: Mapped[Big]
    scope_id: Mapped[Big] = mapped_column(server_default="0")
    datatype: Mapped[str] = mapped_column(Text, server_default="http://www.w3.org/2001/XMLSchema#string")
    value: Mapped[str] = mapped_column(Text)
    sig: Mapped[UUID] = mapped_column(Computed(_SIG, persisted=True))
    sha256: Mapped[Hash | None]
    title: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(server_default="0")
    alt: Mapped[str | None] = mapped_column(Text)
    num: Mapped[float | None]
    t_from: Mapped[float | None]
    t_to: Mapped[float | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    created_at: Mapped[Now]
    created_by: Mapped[Big | None]
    updated_at: Mapped[Now]
    updated_by: Mapped[Big | None]


class Association(Base):
    """A statement about the players of its roles; `sig` makes equal ones collide."""

    __tablename__ = "association"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    type_id: Mapped[Big]
    scope_id: Mapped[Big] = mapped_column(server_default="0")
    sig: Mapped[UUID]
    created_at: Mapped[Now]
    created_by: Mapped[Big | None]
    updated_at: Mapped[Now]
    updated_by: Mapped[Big | None]


class AssociationRole(Base):
    """The part a topic plays in an association; the association's type and scope are copied for the index of a topic's page."""

    __tablename__ = "role"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    association_id: Mapped[Big]
    type_id: Mapped[Big]
    player_id: Mapped[Big]
    association_type_id: Mapped[Big]
    association_scope_id: Mapped[Big]
