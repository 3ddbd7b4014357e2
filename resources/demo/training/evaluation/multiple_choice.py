"""A story and four endings: the most likely one is the answer. Guessing gives 25%."""

import random

from tales.choices import question

QUESTIONS = 200


def questions(count=QUESTIONS):
    rng = random.Random("multiple choice")
    return [question(rng) for _ in range(count)]


def accuracy(checkpoint):
    right = 0
    for item in questions():
        story = checkpoint.encode(item["story"])
        scores = checkpoint.log_likelihoods([checkpoint.encode(item["story"] + " " + ending) for ending in item["endings"]])
        likelihoods = [score[len(story) - 1 :].sum().item() for score in scores]
        right += likelihoods.index(max(likelihoods)) == item["answer"]
    return right / QUESTIONS
