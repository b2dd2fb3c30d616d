"""What several people need: invitations, share links, comments, notices, presence, reports, the audit log, mail, trouble."""

import datetime
import uuid
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Big, ConstructKey, Hash, MapKey, Moment, Now


class MapInvitation(Base):
    """Somebody asked to join a map, with or without an account yet."""

    __tablename__ = "map_invitation"

    map_id: Mapped[MapKey]
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[Hash]
    nonce: Mapped[Hash]
    is_shown: Mapped[bool] = mapped_column(server_default=text("false"))
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    created_by: Mapped[Big | None]
    created_at: Mapped[Now]
    expires_at: Mapped[Moment]
    accepted_at: Mapped[Moment | None]
    accepted_by: Mapped[Big | None]


class ShareLink(Base):
    """Reading without an account: a map, a topic, a path."""

    __tablename__ = "share_link"

    map_id: Mapped[MapKey]
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[Hash]
    nonce: Mapped[Hash]
    kind: Mapped[str] = mapped_column(Text)
    topic_id: Mapped[Big | None]
    label: Mapped[str] = mapped_column(Text, server_default="")
    created_by: Mapped[Big | None]
    created_at: Mapped[Now]
    expires_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]


class ShareUse(Base):
    """A visitor of a share link on one day."""

    __tablename__ = "share_use"

    map_id: Mapped[MapKey]
    link_id: Mapped[MapKey]
    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    visitor: Mapped[Hash] = mapped_column(primary_key=True)
    browser: Mapped[str] = mapped_column(Text, server_default="")
    first_at: Mapped[Now]
    last_at: Mapped[Now]
    count: Mapped[int] = mapped_column(server_default="1")


class Comment(Base):
    """A remark on a statement or a topic; the first of a thread carries what is true of the thread."""

    __tablename__ = "comment"

    map_id: Mapped[MapKey]
    id: Mapped[ConstructKey]
    thread_id: Mapped[Big]
    construct_id: Mapped[Big]
    origin_id: Mapped[Big]
    topic_id: Mapped[Big | None]
    kind: Mapped[str] = mapped_column(Text)
    quote: Mapped[str] = mapped_column(Text, server_default="")
    user_id: Mapped[Big | None]
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Now]
    edited_at: Mapped[Moment | None]
    removed_at: Mapped[Moment | None]
    resolved_at: Mapped[Moment | None]
    resolved_by: Mapped[Big | None]
    gone_at: Mapped[Moment | None]


class CommentMention(Base):
    """Somebody is named in a comment."""

    __tablename__ = "comment_mention"

    map_id: Mapped[MapKey]
    comment_id: Mapped[MapKey]
    user_id: Mapped[MapKey]


class Notice(Base):
    """What the product tells one person."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[Big]
    kind: Mapped[str] = mapped_column(Text)
    needs: Mapped[str] = mapped_column(Text)
    map_id: Mapped[Big | None]
    comment_id: Mapped[Big | None]
    by_user_id: Mapped[Big | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    created_at: Mapped[Now]
    read_at: Mapped[Moment | None]
    mail_after: Mapped[Moment | None]


class Presence(Base):
    """An open page of a member of the map."""

    __tablename__ = "presence"

    map_id: Mapped[MapKey]
    stream_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[Big]
    topic_id: Mapped[Big | None]
    editing: Mapped[str] = mapped_column(Text, server_default="")
    editing_at: Mapped[Moment | None]
    seen_at: Mapped[Now]


class Report(Base):
    """A reader's complaint about a published map."""

    __tablename__ = "report"

    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    address: Mapped[str] = mapped_column(Text, server_default="")
    reason: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, server_default="")
    user_id: Mapped[Big | None]
    email: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[Now]
    handled_at: Mapped[Moment | None]
    handled_by: Mapped[Big | None]
    outcome: Mapped[str] = mapped_column(Text, server_default="")


class Audit(Base):
    """One action of an administrator, or one change of access."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[Now]
    user_id: Mapped[Big | None]
    user_name: Mapped[str] = mapped_column(Text, server_default="")
    action: Mapped[str] = mapped_column(Text)
    map_id: Mapped[Big | None]
    map_title: Mapped[str] = mapped_column(Text, server_default="")
    subject_id: Mapped[Big | None]
    subject: Mapped[str] = mapped_column(Text, server_default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class OutgoingMail(Base):
    """A message that waits to be sent, or was."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Now]
    attempts: Mapped[int] = mapped_column(server_default="0")
    run_after: Mapped[Now]
    locked_until: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    failed_at: Mapped[Moment | None]
    problem: Mapped[str] = mapped_column(Text, server_default="")


class Trouble(Base):
    """A kind of error, told once in a while and not at every time."""

    __tablename__ = "trouble"

    fingerprint: Mapped[str] = mapped_column(Text, primary_key=True)
    summary: Mapped[str] = mapped_column(Text)
    sample: Mapped[str] = mapped_column(Text, server_default="")
    first_at: Mapped[Now]
    last_at: Mapped[Now]
    count: Mapped[Big] = mapped_column(server_default="1")
    told_at: Mapped[Moment | None]
    told_count: Mapped[Big] = mapped_column(server_default="0")
