"""What an analysis may raise. The text of each is shown to the person as it is."""


class UsageError(Exception):
    """A parameter or an input doesn't suit (exit code 2)."""


class ReadError(Exception):
    """An input can't be read (exit code 3)."""


class Cancelled(BaseException):
    """The run was cancelled (exit code 4). Raised by Context.check_cancelled(); let it pass."""
