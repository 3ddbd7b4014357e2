"""One turn of a talk, and what in it matters most."""

from typing import NamedTuple


class Turn(NamedTuple):
    user: str
    reply: str
    words: tuple = ()  # of the reply: what was asked for, or what answers the question
