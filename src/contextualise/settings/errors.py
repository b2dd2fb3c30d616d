"""The one kind of error a setting raises."""


class SettingsError(ValueError):
    """A setting is missing or wrong; the message is one line that begins with its name."""
