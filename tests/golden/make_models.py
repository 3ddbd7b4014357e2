#!/usr/bin/env python3
"""Writes the tiny Llama checkpoints of tests/data/models and what transformers computes with them.

    python tests/golden/make_models.py            (needs torch and transformers; the tests do not)

Each folder holds a checkpoint as transformers saves it, and
  expected.json        versions, prompt ids, 64 greedy ids, the smallest lead of a greedy id
  expected_logits.f32  little-endian float32 [prompt ids, vocab_size], logits at every position
Weights are random, but large enough that logits differ; seeds are tried until every greedy id leads
by a margin that no rounding can turn. tests/data/rope.json holds the frequencies of each rotation.
"""

import json
import pathlib
import shutil

import torch
import transformers
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
NEW_TOKENS = 64
MARGIN = 0.01

BASE = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128,
            rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2)
LLAMA3 = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0,
              high_freq_factor=4.0, original_max_position_embeddings=64)
YARN = dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=32)
LARGE = dict(num_hidden_layers=1)

# name: (config, stored type, how it is written)
MODELS = {
    "grouped_query": (dict(), "float32", {}),
    "full_attention": (dict(num_key_value_heads=4), "float32", {}),
    "one_kv_head": (dict(num_key_value_heads=1), "float32", {}),
    "tied": (dict(tie_word_embeddings=True), "float32", {}),
    "attention_bias": (dict(attention_bias=True), "float32", {}),
    "mlp_bias": (dict(mlp_bias=True, attention_bias=True), "float32", {}),
    "rope_linear": (dict(rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=2.5)),
                    "float32", {}),
    "rope_dynamic": (dict(max_position_embeddings=40, rope_parameters=dict(
        rope_type="dynamic", rope_theta=10000.0, factor=2.0)), "float32", {}),
    "rope_dynamic_long_prompt": (dict(max_position_embeddings=16, rope_parameters=dict(
        rope_type="dynamic", rope_theta=10000.0, factor=4.0)), "float32", dict(spelling=5)),
    "rope_llama3": (dict(rope_parameters=LLAMA3), "float32", {}),
    "rope_llama3_v5": (dict(rope_parameters=dict(LLAMA3, rope_theta=500000.0, factor=32.0)),
                       "bfloat16", dict(spelling=5)),
    "rope_yarn": (dict(rope_parameters=YARN), "float32", {}),
    "rope_yarn_mscale": (dict(rope_parameters=dict(
        YARN, mscale=0.7, mscale_all_dim=1.2, beta_fast=16.0, beta_slow=2.0, truncate=False)),
        "float32", {}),
    "rope_yarn_factor": (dict(rope_parameters=dict(YARN, attention_factor=1.3)), "float16",
                         dict(spelling=5)),
    "head_dim_80": (dict(LARGE, hidden_size=160, num_attention_heads=2, num_key_value_heads=1,
                         intermediate_size=40), "float16", {}),
    "head_dim_given": (dict(head_dim=24, rope_parameters=dict(rope_type="default",
                                                              rope_theta=100000.0)), "float32", {}),
    "hidden_172": (dict(LARGE, hidden_size=172, num_attention_heads=2, num_key_value_heads=1,
                        intermediate_size=172), "bfloat16", {}),
    "odd_vocab": (dict(vocab_size=101, intermediate_size=43, num_key_value_heads=4), "float32", {}),
    "stored_f16": (dict(), "float16", {}),
    "stored_bf16": (dict(), "bfloat16", {}),
    "torch_bin": (dict(), "float32", dict(container="bin")),
    "torch_bin_tied_f16": (dict(tie_word_embeddings=True), "float16", dict(container="bin")),
    "sharded": (dict(), "float32", dict(shard="30KB")),
    "sharded_torch_bin": (dict(), "bfloat16", dict(container="bin", shard="16KB")),
}


def make_model(config, dtype, seed):
    """A model whose logits spread over several units."""
    torch.manual_seed(seed)
    model = LlamaForCausalLM._from_config(config, attn_implementation="eager",
                                          dtype=torch.float32).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.copy_(1 + 0.2 * torch.randn_like(parameter))
            elif name.endswith(".bias"):
                parameter.copy_(0.3 * torch.randn_like(parameter))
            elif "embed" in name:
                parameter.copy_(torch.randn_like(parameter) * (0.5 if config.tie_word_embeddings else 1))
            else:
                scale = 3.0 if "lm_head" in name else 1.3
                parameter.copy_(torch.randn_like(parameter) * scale / parameter.shape[1] ** 0.5)
            # What is stored is what is computed with: float32 holds both smaller types exactly.
            parameter.copy_(parameter.to(dtype).to(torch.float32))
    model.tie_weights()
    return model


def compute(model, prompt):
    """Logits of the prompt, greedy ids, and the smallest lead of one over the next best."""
    ids = torch.tensor([prompt])
    with torch.no_grad():
        reset_rotation(model)
        logits = model(ids).logits[0].float()
        reset_rotation(model)
        out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False,
                             max_new_tokens=NEW_TOKENS, eos_token_id=None, pad_token_id=0,
                             output_logits=True, return_dict_in_generate=True)
    best = torch.stack(out.logits)[:, 0].topk(2).values
    return logits, out.sequences[0, len(prompt):].tolist(), (best[:, 0] - best[:, 1]).min().item()


def reset_rotation(model):
    """Dynamic scaling leaves its last length behind; every computation starts afresh."""
    model.model.rotary_emb = LlamaRotaryEmbedding(model.config)


def spell_as_v4(folder):
    """config.json as transformers 4 wrote it: rope_theta, and rope_scaling where there is one."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    config["torch_dtype"] = config.pop("dtype", "float32")
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def save(model, folder, dtype, container="safetensors", shard=None, spelling=4):
    model = model.to(dtype)
    state = model.state_dict()
    model.save_pretrained(folder, max_shard_size=shard or "1GB")
    if container == "bin":
        index_path = folder / "model.safetensors.index.json"
        files = {"pytorch_model.bin": list(state)}
        if index_path.exists():
            index = json.loads(index_path.read_text())
            rename = lambda n: n.replace("model-", "pytorch_model-").replace(".safetensors", ".bin")
            index["weight_map"] = {k: rename(v) for k, v in index["weight_map"].items()}
            (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")
            files = {}
            for name, file in index["weight_map"].items():
                files.setdefault(file, []).append(name)
        for file, names in files.items():
            torch.save({name: state[name].clone() if len(files) > 1 else state[name]
                        for name in names}, folder / file)
        for path in [*folder.glob("*.safetensors"), index_path]:
            path.unlink(missing_ok=True)
    if spelling == 4:
        spell_as_v4(folder)


def write_model(name, overrides, dtype_name, how):
    dtype = getattr(torch, dtype_name)
    for seed in range(1, 500):
        config = LlamaConfig(**{**BASE, **overrides})
        model = make_model(config, dtype, seed)
        length = 24 + seed % 17
        prompt = torch.randint(3, config.vocab_size, (length,)).tolist()
        logits, greedy, margin = compute(model, prompt)
        if margin >= MARGIN and len(set(greedy)) >= 16:
            break
    else:
        raise SystemExit(f"{name}: no seed gives a clear margin")
    folder = DATA / "models" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save(model, folder, dtype, **how)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "expected_logits.f32").write_bytes(logits.numpy().astype("<f4").tobytes())
    expected = dict(torch=torch.__version__, transformers=transformers.__version__, seed=seed,
                    prompt=prompt, greedy=greedy, margin=margin,
                    largest_logit=logits.abs().max().item())
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(f"{name}: seed {seed}, margin {margin:.4f}, {len(set(greedy))} distinct ids, "
          f"largest logit {logits.abs().max():.2f}")


def write_rope():
    """Frequencies and factors of each rotation, at the sizes of real models."""
    cases = []
    for head_dim, longest, rope in [
        (64, 2048, dict(rope_type="default", rope_theta=10000.0)),
        (128, 8192, dict(rope_type="default", rope_theta=500000.0)),
        (80, 2048, dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
        (64, 2048, dict(rope_type="dynamic", rope_theta=10000.0, factor=2.0)),
        (128, 131072, dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0,
                           high_freq_factor=4.0, original_max_position_embeddings=8192)),
        (64, 131072, dict(rope_type="llama3", rope_theta=500000.0, factor=32.0, low_freq_factor=1.0,
                          high_freq_factor=4.0, original_max_position_embeddings=8192)),
        (128, 65536, dict(rope_type="yarn", rope_theta=10000.0, factor=16.0,
                          original_max_position_embeddings=4096)),
        (64, 32768, dict(rope_type="yarn", rope_theta=1000000.0, factor=4.0, beta_fast=24.0,
                         beta_slow=2.0, truncate=False, mscale=0.8, mscale_all_dim=1.1,
                         original_max_position_embeddings=8192)),
        (96, 32768, dict(rope_type="yarn", rope_theta=10000.0, factor=8.0, attention_factor=1.5,
                         original_max_position_embeddings=4096)),
    ]:
        config = LlamaConfig(hidden_size=head_dim * 2, num_attention_heads=2, head_dim=head_dim,
                             max_position_embeddings=longest, rope_parameters=dict(rope))
        lengths = [longest + 1, 3 * longest, longest] if rope["rope_type"] == "dynamic" else [longest]
        for length in lengths:
            rotation = LlamaRotaryEmbedding(config)
            positions = torch.tensor([[0, 1, 17, 300, length - 1]])
            cos, sin = rotation(torch.zeros(1), positions)
            half = head_dim // 2
            cases.append(dict(
                config=json.loads(config.to_json_string(use_diff=False)), length=length,
                inv_freq=rotation.inv_freq.tolist(),
                attention_factor=float(rotation.attention_scaling),
                positions=positions[0].tolist(), cos=cos[0, :, :half].tolist(),
                sin=sin[0, :, :half].tolist()))
    assert {c["config"]["rope_parameters"]["rope_type"] for c in cases} - {"default"} <= set(ROPE_INIT_FUNCTIONS)
    text = json.dumps(dict(torch=torch.__version__, transformers=transformers.__version__, cases=cases))
    (DATA / "rope.json").write_text(text + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write_rope()
    for model_name, (model_config, stored_type, saved_how) in MODELS.items():
        write_model(model_name, model_config, stored_type, saved_how)
