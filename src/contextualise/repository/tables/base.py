"""What all mapped classes share."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Sequence, text
from sqlalchemy.dialects.postgresql import BYTEA, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, mapped_column

construct_id = Sequence("construct_id")

MapKey = Annotated[int, mapped_column(BigInteger, primary_key=True)]
ConstructKey = Annotated[int, mapped_column(BigInteger, construct_id, server_default=construct_id.next_value(), primary_key=True)]
Big = Annotated[int, mapped_column(BigInteger)]
Hash = Annotated[bytes, mapped_column(BYTEA)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Now = Annotated[datetime, mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))]


class Base(DeclarativeBase):
    """Root of the mapped classes; lazy loading is never used."""
