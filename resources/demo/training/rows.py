"""Rows of 512 tokens, filled with whole documents."""

import numpy as np

from tales.corpus import document

ROW = 512
OPEN_ROWS = 64  # rows that still wait for a document that fits
BATCH = 2000


class Packer:
    """Puts each document into the first open row with room for it; a full or the oldest row is done."""

    def __init__(self):
        self.open = []
        self.done = []

    def add(self, ids, weights, rivals):
        for row in self.open:
            if row["size"] + len(ids) <= ROW:
                break
        else:
            row = {"size": 0, "docs": []}
            self.open.append(row)
            if len(self.open) > OPEN_ROWS:
                self.done.append(self.open.pop(0))
        row["docs"].append((ids, weights, rivals))
        row["size"] += len(ids)
        if row["size"] > ROW - 40:
            self.open = [other for other in self.open if other is not row]
            self.done.append(row)


def as_arrays(rows):
    """ids, weights and rivals of each token, [rows, ROW]. A document sees those before it in its row, which teaches to look past them."""
    ids = np.zeros((len(rows), ROW), dtype=np.uint16)
    weights = np.zeros((len(rows), ROW), dtype=np.uint8)
    rivals = np.zeros((len(rows), ROW), dtype=np.uint16)
    for r, row in enumerate(rows):
        at = 0
        for doc_ids, doc_weights, doc_rivals in row["docs"]:
            end = at + len(doc_ids)
            ids[r, at:end], weights[r, at:end], rivals[r, at:end] = doc_ids, doc_weights, doc_rivals
            at = end
    return ids, weights, rivals


def pack(seed, count, encoder, first=0, mix="anything"):
    """`count` rows of the corpus from document `first` on; documents longer than a row are left out."""
    packer, index = Packer(), first
    while len(packer.done) < count:
        for ids, weights, rivals in encoder([document(seed, i, mix) for i in range(index, index + BATCH)]):
            if len(ids) <= ROW:
                packer.add(ids, weights, rivals)
        index += BATCH
    return as_arrays(packer.done[:count]), index
