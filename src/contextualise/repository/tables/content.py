"""Content kept in the object store, with what reading a text needs."""

from sqlalchemy import Computed, Text
from sqlalchemy.dialects.postgresql import BYTEA, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Big, MapKey, Now


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
