#!/usr/bin/env python3
"""Trains the tiny SentencePiece model of tests/data/tokenizer and writes its golden ids.

The settings are Llama's: BPE, byte fallback, split digits, no normalisation, no collapsed spaces.
The golden ids come from the `tokenizers` library, put together as the tokenizer.json that TinyLlama
ships (Prepend and Replace before a BPE with byte fallback; Replace, ByteFallback, Fuse and Strip
after it). Whole tokenizer classes of transformers are of no use here: version 5 changed where the
prefix goes.

    python make_tokenizer.py            train, and write golden.json
    python make_tokenizer.py --golden   write golden.json for the model that is there
    python make_tokenizer.py --compare MODEL [MODEL ..]
                                        sentencepiece against tokenizers on many random texts
"""

import json
import pathlib
import random
import sys

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2 as proto
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "tokenizer"
MODEL = DATA / "tokenizer.model"
SEED = 20240204

ADDED = [
    AddedToken("[PAD]", normalized=False, special=True),
    AddedToken("<|im_start|>", normalized=False, special=True),
    AddedToken("<|im_end|>", normalized=False, special=True),
    AddedToken("<|im_end|>!", normalized=False, special=False),
    AddedToken("<left>", lstrip=True, normalized=False, special=True),
    AddedToken("<right>", rstrip=True, normalized=False, special=True),
    AddedToken("word", single_word=True, normalized=False, special=False),
    AddedToken("<norm>", normalized=True, special=False),
]


def corpus():
    """Sentences of our own, drawn from a small grammar."""
    rnd = random.Random(SEED)
    who = "the llama|a young cria|Anna|my old friend|the child|one of them|the café owner|nobody".split("|")
    does = "sees|feeds|asks|follows|remembers|does not know|walks with|waits for|can't find".split("|")
    what = "the mountain|a red ball|water and grass|the long road|an answer|the moon|three stones|a naïve question".split("|")
    when = "in the morning|at 10:45|every day|on 2023-09-01|when it rains|for 12 years|again and again|".split("|")
    for _ in range(4000):
        sentence = f"{rnd.choice(who)} {rnd.choice(does)} {rnd.choice(what)} {rnd.choice(when)}".strip()
        yield sentence[0].upper() + sentence[1:] + rnd.choice([".", "!", "?", "...", ", but why?"])
    for depth in range(1, 5):
        yield from ["    " * depth + "return x" + "_" * depth + ";"] * 20
    yield from ["Ein Lama läuft über die Brücke.", "Лама идёт домой.", "ラマは山にいる。"] * 10


def train():
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=corpus(), model_prefix=str(MODEL.with_suffix("")), model_type="bpe",
        vocab_size=560, byte_fallback=True, split_digits=True, character_coverage=0.999,
        normalization_rule_name="identity", add_dummy_prefix=True, remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True, unk_id=0, bos_id=1, eos_id=2, pad_id=-1,
        unk_surface=" \u2047 ", num_threads=1, minloglevel=2)
    MODEL.with_suffix(".vocab").unlink()
    model = load(MODEL)
    model.trainer_spec.model_prefix = ""
    MODEL.write_bytes(model.SerializeToString())


def load(path):
    model = proto.ModelProto()
    model.ParseFromString(pathlib.Path(path).read_bytes())
    return model


def fast_tokenizer(model, added):
    vocab = {piece.piece: i for i, piece in enumerate(model.pieces)}
    merges = []
    for piece in model.pieces:
        splits = [(piece.piece[:i], piece.piece[i:]) for i in range(1, len(piece.piece))]
        splits = [(a, b) for a, b in splits if a in vocab and b in vocab]
        splits.sort(key=lambda pair: (vocab[pair[0]], vocab[pair[1]]))
        merges += [(pair, piece.score) for pair in splits]
    merges.sort(key=lambda merge: merge[1], reverse=True)
    fast = Tokenizer(models.BPE(vocab, [pair for pair, _ in merges], unk_token="<unk>",
                                fuse_unk=True, byte_fallback=True))
    fast.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    fast.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(),
                                      decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    control = [piece.piece for piece in model.pieces if piece.type in (2, 3)]
    fast.add_tokens([AddedToken(text, normalized=False, special=True) for text in control])
    fast.add_tokens(added)
    return fast


def random_text(rnd, words):
    kind = rnd.random()
    if kind < 0.35:
        return "".join(rnd.choice(words) for _ in range(rnd.randint(1, 10)))
    if kind < 0.7:
        return "".join(rnd.choice("aeht \n-=1é🚀中▁") for _ in range(rnd.randint(1, 30)))
    ranges = [(0, 0x7F), (0, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
    return "".join(chr(rnd.randint(*rnd.choice(ranges))) for _ in range(rnd.randint(1, 12)))


def words_of(model):
    return [piece.piece.replace("▁", " ") for piece in model.pieces if piece.type == 1]


FIXED = [
    "", " ", "  ", "   x", "x   ", "\n", "\n\n", "\t", "\0", "a\0b", "Hello world", " Hello", "café",
    "abc</s> def ghi", "</s> XML", "a</s>b", "a</s>  b", "a</s>\nb", "</s></s>", "<s>x", "<unk>", "<0x41>",
    "<|user|>\nWhat is this?</s>\n<|assistant|>\n", "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n",
    "<|im_end|>!", "<|im_end|> !", "<|im_en|>", "[PAD]", "a <left> b", "a <right>  b", " \n<left><right>\n x",
    "word", "a word b", "words word", "sword", "word_", "(word)", "<norm>", "x<norm>", "x <norm>y", "é word",
    "🚀🚀", "𐍈", "\u2028x", "\ufffd", "\ue000", "\U0010ffff", "e\u0301", "\ufeffbom", "1234567 and 3.14159",
]


def golden():
    model = load(MODEL)
    fast = fast_tokenizer(model, ADDED)
    plain = fast_tokenizer(model, [])
    plain.encode_special_tokens = True
    rnd = random.Random(SEED)
    words = words_of(model)
    marks = ["</s>", "<s>"] + [token.content for token in ADDED]
    texts = list(FIXED) + ["\n" + " " * n + "x" for n in range(1, 40)] + ["-" * n for n in range(1, 20)]
    texts += [random_text(rnd, words) for _ in range(200)]
    texts += ["".join(rnd.choice(marks + words[:40] + [" ", "\n"]) for _ in range(8)) for _ in range(100)]
    encode = [{"text": text, "ids": fast.encode(text).ids, "unparsed": plain.encode(text).ids}
              for text in texts]
    decode = []
    while len(decode) < 200:
        ids = [rnd.choice([rnd.randrange(fast.get_vocab_size()), rnd.randrange(259, len(model.pieces)),
                           *[3 + byte for byte in rnd.choice(["é", "中", "🚀", "\n"]).encode()][:1]])
               for _ in range(rnd.randint(0, 6))]
        ids += [3 + byte for byte in rnd.choice(["é🚀", "中\n", "🚀", ""]).encode()]
        text, skipped = (fast.decode(ids, skip_special_tokens=skip) for skip in (False, True))
        if "\ufffd" not in text + skipped:  # broken runs are decoded otherwise, see the tokenizer's header
            decode.append({"ids": ids, "text": text, "skipped": skipped})
    versions = {"tokenizers": tokenizers.__version__, "sentencepiece": sentencepiece.__version__,
                "python": ".".join(map(str, sys.version_info[:3]))}
    out = {"versions": versions, "encode": encode, "decode": decode}
    (DATA / "golden.json").write_text(json.dumps(out, separators=(",", ":")).replace("},{", "},\n{") + "\n")
    config = {"add_bos_token": True, "added_tokens_decoder": {}}
    for token in ADDED:
        config["added_tokens_decoder"][str(fast.token_to_id(token.content))] = {
            "content": token.content, "lstrip": token.lstrip, "normalized": token.normalized,
            "rstrip": token.rstrip, "single_word": token.single_word, "special": token.special}
    (DATA / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")


def compare(path):
    model = load(path)
    fast = fast_tokenizer(model, [])
    fast.encode_special_tokens = True
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    library = sentencepiece.SentencePieceProcessor()
    library.LoadFromSerializedProto(model.SerializeToString())
    rnd = random.Random()
    words = words_of(model)
    texts = [fill * n for fill in " \n-=.*#_a1" for n in range(1, 200)]
    texts += [random_text(rnd, words) for _ in range(20000)]
    different = [text for text in texts
                 if fast.encode(text).ids != library.EncodeAsIds("▁" + text.replace(" ", "▁"))]
    print(f"{path}: {len(texts)} texts, {len(different)} different", *map(repr, different[:10]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--compare"]:
        for name in sys.argv[2:]:
            compare(name)
    else:
        DATA.mkdir(parents=True, exist_ok=True)
        if "--golden" not in sys.argv:
            train()
        golden()
