"""The effects of an operation: the I/O that it asks a transport for, as data.

Every operation (submit, poll, list, download, ...) is written once, as a generator that yields
`Send`, `Download`, `Sleep` or `RunBlocking` and receives the outcome.  A transport performs these
effects: one transport blocks, the other awaits.  So the synchronous and the asynchronous client
cannot differ in behaviour.

Named tuples and plain classes here and in the other modules of a new client: a dataclass takes 0.5 ms of its import.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from .outcome import Failure, Reply

if TYPE_CHECKING:
    from .credential import Credential
    from .deadline import Deadline
    from .departure import Departure

T = TypeVar("T")
EVENT_STREAM = "text/event-stream"
"""The media type of server-sent events."""
LONGEST_SLEEP = 1.0
"""Seconds after which a sleep ends in a client that was closed."""


class Sink(Protocol):
    """The destination of a file's bytes: a binary file that can start over."""

    def write(self, data: bytes, /) -> int:
        """Append at the current position."""
        ...

    def seek(self, offset: int, /) -> int | None:
        """Go to a position."""
        ...

    def truncate(self, size: int | None = None, /) -> int | None:
        """Drop what is after the current position."""
        ...


class Receiver(Protocol):
    """Receives a file, over several responses if necessary."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers of the next request."""
        ...

    def begin(self, reply: Reply, /) -> bool:
        """Return whether to read the body of this response."""
        ...

    def write(self, data: bytes, /) -> None:
        """Receive a part of the body."""
        ...


class Listener(Protocol):
    """Reads the events of a response while they arrive."""

    def feed(self, content: bytes, /) -> Sequence[str]:
        """Return the texts of the events that `content` completes."""
        ...


class Send(NamedTuple):
    """One HTTP exchange with the API, redirects not followed."""

    method: str
    url: str
    headers: dict[str, str]
    """Of this exchange alone, so that a hook may add to them."""
    content: bytes | None
    credential: Credential
    timeout: float
    """Seconds for the whole."""
    connect_timeout: float
    """Seconds for reaching the server."""
    departure: Departure | None
    """Set for a request that may cost money: once its body is being sent, an interruption waits for the response."""
    stream: Deadline | None = None
    """Set if the body of a success is received piece by piece, before this deadline; see `Updates`."""
    listener: Listener | None = None
    """Reads a success in events: `iterate` yields its texts while they arrive, and the operation gets the whole."""

    def __repr__(self) -> str:
        return f"Send({self.method!r}, {self.url!r})"  # the body may hold a secret parameter


class Download(NamedTuple):
    """A GET of a result file into `receiver`: without key, cookies or the client's own headers.

    Redirects are not followed.
    """

    url: str
    receiver: Receiver
    user_agent: str
    timeout: float
    """Seconds that the host may send nothing."""
    deadline: Deadline
    """Of the whole."""


class Sleep(NamedTuple):
    """Wait for some seconds; raises `ConfigurationError` once the client is closed, but not for no seconds."""

    seconds: float

    def parts(self) -> Iterator[float]:
        """Yield the seconds in parts, after each of which a transport looks whether it was closed."""
        left = self.seconds
        while left > 0:
            yield min(left, LONGEST_SLEEP)
            left -= LONGEST_SLEEP


class RunBlocking(NamedTuple):
    """Blocking work on this machine that is soon done and raises nothing; see `run_blocking`."""

    work: Callable[[], None]


class Emit(NamedTuple, Generic[T]):
    """Give the caller an item while the operation goes on."""

    item: T


class Receive(NamedTuple):
    """Wait for the next piece of the stream that was opened last; there is none after its end."""


Effect: TypeAlias = Send | Download | Sleep | RunBlocking
Outcome: TypeAlias = Reply | Failure | bytes | None
Operation: TypeAlias = Generator[Effect, Outcome, T]
Updates: TypeAlias = Generator[Effect | Emit[T] | Receive, Outcome, None]
"""An operation that gives its caller items on the way; a transport iterates over it."""


def request(effect: Send | Download) -> Operation[Reply | Failure]:
    """Yield an exchange and return its outcome."""
    outcome = yield effect
    if isinstance(outcome, Reply | Failure):
        return outcome
    raise TypeError(f"the transport gave no outcome for {type(effect).__name__}")


def run_blocking(work: Callable[[], T]) -> Operation[T]:
    """Have the transport call `work`; return its value or raise its exception."""
    returned: list[T] = []
    raised: list[Exception] = []

    def attempt() -> None:
        try:
            returned.append(work())
        except Exception as error:  # noqa: BLE001  raised below, where the operation can handle it
            raised.append(error)

    yield RunBlocking(attempt)
    if raised:
        raise raised[0]
    return returned[0]
