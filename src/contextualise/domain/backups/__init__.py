"""Backups of a site: database and object store together, as of one moment, while people write."""

from contextualise.domain.backups.form import BackupError, BackupFolder
from contextualise.domain.backups.pruning import prune
from contextualise.domain.backups.restoring import Restored, look_at, restore
from contextualise.domain.backups.verifying import Verified, verify
from contextualise.domain.backups.writing import BackedUp, back_up

__all__ = ["BackedUp", "BackupError", "BackupFolder", "Restored", "Verified", "back_up", "look_at", "prune", "restore", "verify"]
