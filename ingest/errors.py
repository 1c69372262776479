"""What is raised when a log cannot be read."""


class IngestError(Exception):
    """The files cannot be read as they are; the message is a sentence for the user."""
