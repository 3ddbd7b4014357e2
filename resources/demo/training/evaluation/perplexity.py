"""Perplexity on documents of another seed, over the tokens that the training learns."""

import math

import numpy as np

from tales.corpus import document
from tokenizer import Encoder

DOCUMENTS = 200
SEED = "held out"


def perplexity(checkpoint):
    docs = [document(SEED, index) for index in range(DOCUMENTS)]
    encoded = list(Encoder(checkpoint.tokenizer)(docs))
    scores = checkpoint.log_likelihoods([ids.tolist() for ids, *_ in encoded])
    learned = [score.numpy()[mask[1:] > 0] for score, (_, mask, _) in zip(scores, encoded)]
    return math.exp(-np.concatenate(learned).mean())
