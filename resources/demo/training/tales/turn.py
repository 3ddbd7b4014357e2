"""What a document is made of, and what in it matters most."""

import re
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
    rivals: tuple = ()  # pairs of a word of the reply, and what would be wrong where it is first said: a name, or a group of words

    def first(self, word):
        """The match where the reply first says the word, or None."""
        return re.search(rf"\b{re.escape(word)}\b", self.reply)
