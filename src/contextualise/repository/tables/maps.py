"""Maps and who may work on them."""

from sqlalchemy import BigInteger, ForeignKey, Identity, Text
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Big, Hash, Moment, Now


class TopicMap(Base):
    """A topic map as a person knows it: title, owner, publication, version."""

    __tablename__ = "map"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    image_sha256: Mapped[Hash | None]
    base_iri: Mapped[str] = mapped_column(Text)
    default_lang: Mapped[str] = mapped_column(Text, server_default="en")
    accent: Mapped[str] = mapped_column(Text, server_default="blue")
    topic_count: Mapped[Big] = mapped_column(server_default="0")
    note_count: Mapped[Big] = mapped_column(server_default="0")
    published_at: Mapped[Moment | None]
    promoted_at: Mapped[Moment | None]
    trashed_at: Mapped[Moment | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    version: Mapped[Big] = mapped_column(server_default="0")
    talk_version: Mapped[Big] = mapped_column(server_default="0")


class MapMember(Base):
    """A collaborator of a map; mode is view, comment or edit."""

    __tablename__ = "map_member"

    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    mode: Mapped[str] = mapped_column(Text)
    added_by: Mapped[Big | None]
    added_at: Mapped[Now]
