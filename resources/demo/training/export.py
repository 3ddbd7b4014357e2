"""Writes a checkpoint as a Hugging Face folder with float16 weights."""

import json

import torch
from safetensors.torch import save_file

SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
# The plain form, which the corpus has: it makes the checkpoint open for talking.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\n' }}"
    "{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + '\n' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def hugging_face_weights(model):
    """The head is the embedding, so it is not written."""
    names = {name if name.startswith("lm_head") else "model." + name: weight for name, weight in model.named_parameters()}
    return {name: weight.detach().to(torch.float16).contiguous() for name, weight in names.items()}


def write_folder(folder, model, tokenizer_file, sampling):
    folder.mkdir(parents=True, exist_ok=True)
    config = model.config.hugging_face()
    write_json(folder / "config.json", config)
    write_json(
        folder / "generation_config.json",
        {"bos_token_id": 1, "eos_token_id": 2, "do_sample": True, **sampling, "max_new_tokens": 320},
    )
    write_json(
        folder / "tokenizer_config.json",
        {
            **SPECIAL,
            "tokenizer_class": "LlamaTokenizer",
            "add_bos_token": True,
            "add_eos_token": False,
            "clean_up_tokenization_spaces": False,
            "legacy": True,
            "model_max_length": config["max_position_embeddings"],
            "chat_template": CHAT_TEMPLATE,
        },
    )
    write_json(folder / "special_tokens_map.json", SPECIAL)
    (folder / "tokenizer.model").write_bytes(tokenizer_file.read_bytes())
    save_file(hugging_face_weights(model), folder / "model.safetensors", metadata={"format": "pt"})
