"""What a document is made of, and what in it matters most."""

from typing import NamedTuple


class Tale(NamedTuple):
    """A story alone."""

    text: str
    kept: tuple  # whom and what it tells of from beginning to end


class Turn(NamedTuple):
    """One turn of a talk."""

    user: str
    reply: str
    words: tuple = ()  # of the reply: what was asked for, or what answers the question
    kept: tuple = ()  # of a story: whom and what it tells of from beginning to end
