"""The pages of the history: lists of changes, one change, versions of a text, the trash."""
