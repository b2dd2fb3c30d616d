"""Changes to maps, and jobs."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Big, ConstructKey, MapKey, Moment, Now


class Change(Base):
    """One thing a person did to a map; `rows` holds the images of the rows before and after."""

    __tablename__ = "change"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    version: Mapped[Big]
    at: Mapped[Now]
    user_id: Mapped[Big | None]
    op: Mapped[str] = mapped_column(Text)
    construct_id: Mapped[Big]
    label: Mapped[str] = mapped_column(Text, server_default="")
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    undoes: Mapped[Big | None]
    undone_by: Mapped[Big | None]


class ChangeTopic(Base):
    """A topic whose page a change shows on."""

    __tablename__ = "change_topic"

    map_id: Mapped[MapKey]
    topic_id: Mapped[MapKey]
    change_id: Mapped[MapKey]


class Job(Base):
    """Work that outlives a request."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"))
    map_id: Mapped[int | None] = mapped_column(ForeignKey("map.id", ondelete="SET NULL"))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    done: Mapped[Big] = mapped_column(server_default="0")
    total: Mapped[Big | None]
    message: Mapped[str] = mapped_column(Text, server_default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(server_default="0")
    run_after: Mapped[Now]
    locked_until: Mapped[Moment | None]
    created_at: Mapped[Now]
    finished_at: Mapped[Moment | None]
