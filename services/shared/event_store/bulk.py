"""Reading a log from end to end, for rebuilds and audits: flat memory, near the rate of COPY.

The pages are statements of their own, not fetches of a cursor: events never change and positions have no gaps, so that
the pages up to a position are a snapshot without any transaction which a slow reader would have to keep open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

PAGE_EVENTS = 500
# Two, because a thread that has to be told to begin waits for the interpreter lock that the caller holds at work.
_PAGES_AHEAD = 2


def read_ahead(fetch: Callable[[int, int], T], after: int, up_to: int) -> Iterator[T]:
    """What ``fetch`` returns for each range ``after < position <= up_to`` of a page, in order.

    While the caller works on one page the server prepares the next, in a thread or, under eventlet, a greenlet, which
    ends with the iteration. Raises what ``fetch`` raises.
    """
    with ThreadPoolExecutor(1, "read ahead") as reader:
        pages = (
            reader.submit(fetch, start, min(start + PAGE_EVENTS, up_to)) for start in range(after, up_to, PAGE_EVENTS)
        )
        coming = deque(islice(pages, _PAGES_AHEAD))
        while coming:
            page = coming.popleft().result()
            coming.extend(islice(pages, 1))
            yield page
