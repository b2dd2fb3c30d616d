"""The history of a map, of a topic and of a person: read, compared and taken back."""
