"""Content kept in the object store, with what reading a text needs."""

from sqlalchemy import BigInteger, Computed, ForeignKey, Text
from sqlalchemy.dialects.postgresql import BYTEA, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Big, Hash, MapKey, Moment, Now


class Content(Base):
    """Immutable bytes under their SHA-256; `html` and `plain` are projections of Markdown."""

    __tablename__ = "content"

    map_id: Mapped[MapKey]
    sha256: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    media_type: Mapped[str] = mapped_column(Text)
    bytes: Mapped[Big]
    html: Mapped[str | None] = mapped_column(Text)
    plain: Mapped[str | None] = mapped_column(Text)
    search: Mapped[str | None] = mapped_column(TSVECTOR, Computed("to_tsvector('simple', left(plain, 200000))", persisted=True))
    created_at: Mapped[Now]
    width: Mapped[int | None]
    height: Mapped[int | None]
    examined_at: Mapped[Moment | None]
    problem: Mapped[str | None] = mapped_column(Text)


class Rendition(Base):
    """A smaller picture of a content, under the content's hash and its own width in pixels."""

    __tablename__ = "rendition"

    map_id: Mapped[MapKey]
    sha256: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True)
    height: Mapped[int]
    media_type: Mapped[str] = mapped_column(Text)
    bytes: Mapped[Big]


class ContentUse(Base):
    """That an occurrence has a content, or had it at some time that can still be gone back to."""

    __tablename__ = "content_use"

    map_id: Mapped[MapKey]
    sha256: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class Draft(Base):
    """What somebody was writing in a form and has not saved."""

    __tablename__ = "draft"

    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    base_sha256: Mapped[Hash | None]
    updated_at: Mapped[Now]


class ContentLink(Base):
    """A `[[wiki link]]` of a text; `topic_id` is NULL while no topic has that name."""

    __tablename__ = "content_link"

    map_id: Mapped[MapKey]
    sha256: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text, server_default="")
    topic_id: Mapped[Big | None]
