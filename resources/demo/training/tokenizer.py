"""Trains the tokenizer on the corpus; encodes documents and says how much each of their tokens counts."""

import io
import re

import numpy as np
import sentencepiece

from tales import people, things
from tales.corpus import document, text_of
from tales.turn import Tale

VOCAB_SIZE = 2000
BOS, EOS = 1, 2
WORD_WEIGHT = 8
KEPT_WEIGHT = 3
# Of words that a rival may stand for: names of a gender, and kinds that have but one.
GROUPS = people.NAMES | {f"{gender} alone": [kind for kind, genders in people.GENDERS.items() if genders == (gender,)] for gender in ("she", "he")}


def common_words():
    """Of whom and what stories are about."""
    names = people.NAMES["she"] + people.NAMES["he"]
    words = [word for thing in people.KINDS + things.OBJECTS for word in re.findall(r"\w+", thing)]
    return dict.fromkeys(names + words)


def lines_to_learn_from(seed, documents=8000, times=700):
    """Common words come so often besides that each becomes one piece: a word of several is far harder to repeat, and comes out
    as "princeg"."""
    for index in range(documents):
        yield from text_of(document(seed, index)).split("\n")
    for word in common_words():
        for _ in range(times):
            yield f"a {word}."


def train_tokenizer(seed, path):
    """SentencePiece BPE with Llama's flags. Newlines are no part of it: they fall back to a byte."""
    lines = lines_to_learn_from(seed)
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines, model_writer=model, model_type="bpe", vocab_size=VOCAB_SIZE, byte_fallback=True,
        split_digits=True, character_coverage=1.0, normalization_rule_name="identity", add_dummy_prefix=True,
        remove_extra_whitespaces=False, unk_id=0, bos_id=1, eos_id=2, pad_id=-1, num_threads=2, minloglevel=2,
    )  # fmt: skip
    path.write_bytes(model.getvalue())


def load_tokenizer(path):
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def piece_lengths(tokenizer):
    """Bytes of text that each piece stands for."""
    return np.array([1 if tokenizer.is_byte(i) else len(tokenizer.id_to_piece(i).replace("▁", " ").encode()) for i in range(tokenizer.vocab_size())])


def spans_of_kept(kept, text, before):
    """Of every word after its first place. `before`: where the blank in front of the text is."""
    for word in kept:
        for found in list(re.finditer(rf"\b{re.escape(word)}\b", text))[1:]:
            yield before + found.start(), before + 1 + found.end(), KEPT_WEIGHT


def turns_in(talk):
    """Each turn, and where in the text the blanks are before what the user says and before the reply."""
    at = 0
    for turn in talk:
        user = at + len("User:")
        reply = user + len(f" {turn.user}\nAssistant:")
        yield turn, user, reply
        at = reply + len(f" {turn.reply}\n")


def weighted_spans(doc):
    """(begin, end, weight) in the text: nothing for what users say, which the model answers and need not predict; more for whom
    and what a story tells of, once they were named; most for the first place in a reply of every word that matters most."""
    if isinstance(doc, Tale):
        yield from spans_of_kept(doc.kept, doc.text, -1)
        return
    for turn, user, reply in turns_in(doc):
        yield user, user + 1 + len(turn.user), 0
        yield from spans_of_kept(turn.kept, turn.reply, reply)
        for found in filter(None, map(turn.first, turn.words)):
            yield reply + found.start(), reply + 1 + found.end(), WORD_WEIGHT


def rival_places(doc):
    """(begin, rival) in the text: where a word is first said, and what would be wrong there."""
    if isinstance(doc, Tale):
        return
    for turn, _, reply in turns_in(doc):
        for word, rival in turn.rivals:
            yield reply + turn.first(word).start(), rival


def rivals_table(tokenizer):
    """[number of a rival, id]: whether this piece is that rival. Numbers are those of the pieces, then of the groups."""
    table = np.eye(VOCAB_SIZE + len(GROUPS), VOCAB_SIZE, dtype=bool)
    for number, words in enumerate(GROUPS.values(), VOCAB_SIZE):
        table[number, [tokenizer.piece_to_id("▁" + word) for word in words]] = True
    table[:, tokenizer.unk_id()] = False  # stands for no rival, and for words of several pieces
    return table


class Encoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.lengths = piece_lengths(tokenizer)

    def rival_number(self, rival):
        return VOCAB_SIZE + list(GROUPS).index(rival) if rival in GROUPS else self.tokenizer.piece_to_id("▁" + rival)

    def __call__(self, docs):
        """For each document: ids with BOS and EOS, the weight of each in the loss (none for BOS, which is given), and the number of
        what would be wrong in its place (0: none is known)."""
        for doc, ids in zip(docs, self.tokenizer.encode([text_of(doc) for doc in docs], num_threads=2)):
            weights = np.ones(len(ids) + 2, dtype=np.uint8)
            weights[0] = 0
            begins = np.cumsum(self.lengths[ids]) - self.lengths[ids] - 1  # -1: the prefix that the tokenizer adds
            for begin, end, weight in weighted_spans(doc):
                weights[1:-1][(begins >= begin) & (begins < end)] = weight
            rivals = np.zeros(len(ids) + 2, dtype=np.uint16)
            for begin, rival in rival_places(doc):
                rivals[1 + np.argmax(begins >= begin)] = self.rival_number(rival)
            yield np.array([BOS, *ids, EOS], dtype=np.uint16), weights, rivals
