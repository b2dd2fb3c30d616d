"""Accounts, sessions, one-time links, rate limits."""

from sqlalchemy import BigInteger, ForeignKey, Identity, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from contextualise.repository.tables.base import Base, Hash, Moment, Now


class User(Base):
    """A person with an account."""

    __tablename__ = "app_user"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(server_default=text("false"))
    disabled_at: Mapped[Moment | None]
    created_at: Mapped[Now]
    confirmed_at: Mapped[Moment | None]
    left_at: Mapped[Moment | None]
    wants_notice_mail: Mapped[bool] = mapped_column(server_default=text("true"))
    hides_presence: Mapped[bool] = mapped_column(server_default=text("false"))


class UserSession(Base):
    """A signed-in browser."""

    __tablename__ = "user_session"

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Now]
    last_seen_at: Mapped[Now]
    expires_at: Mapped[Moment]
    user_agent: Mapped[str] = mapped_column(Text, server_default="")
    address: Mapped[str] = mapped_column(Text, server_default="")


class AccountLink(Base):
    """A one-time link: first set-up, invitation, password reset, confirmation or change of an address."""

    __tablename__ = "account_link"

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"))
    makes_admin: Mapped[bool] = mapped_column(server_default=text("false"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id", ondelete="SET NULL"))
    created_at: Mapped[Now]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class RateLimit(Base):
    """How often something was tried in one window of time."""

    __tablename__ = "rate_limit"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    window_start: Mapped[Moment] = mapped_column(primary_key=True)
    count: Mapped[int]
