"""What a job has to work with, and what it ends with."""

from dataclasses import dataclass
from typing import Any

from contextualise.objects import ObjectStore
from contextualise.repository.database import Database
from contextualise.repository.jobs import Claimed
from contextualise.settings import S3Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """Where database and objects are, for a process of a job's own."""

    database_url: str
    objects_folder: str
    s3: S3Settings | None


@dataclass(frozen=True, slots=True)
class Running:
    """A claimed job with the parts of the process that runs it."""

    job: Claimed
    database: Database
    objects: ObjectStore
    stores: Stores


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended well."""

    message: str
    map_id: int | None = None
    result: dict[str, Any] | None = None
