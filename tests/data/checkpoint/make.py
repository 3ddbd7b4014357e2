#!/usr/bin/env python3
"""Makes the small files of this folder and expected.json. Needs torch, numpy and safetensors.

What torch.save and safetensors can write is written by them. What only other programs wrote (lit-gpt's
incremental_save, old PyTorch's views) or what needs a huge file (Zip64 fields) is written here byte by byte.
"""
import collections
import hashlib
import io
import json
import os
import pickle
import struct
import sys
import zlib

import safetensors
import safetensors.torch
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.float8_e5m2: "F8_E5M2", torch.float8_e4m3fn: "F8_E4M3", torch.int64: "I64", torch.int32: "I32",
    torch.int16: "I16", torch.int8: "I8", torch.uint64: "U64", torch.uint32: "U32", torch.uint16: "U16",
    torch.uint8: "U8", torch.bool: "BOOL", torch.complex64: "C64",
}
STORAGES = {
    torch.float32: "FloatStorage", torch.float16: "HalfStorage", torch.bfloat16: "BFloat16Storage",
    torch.int64: "LongStorage",
}
expected = {}


def path(name):
    full = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def raw(tensor):
    """The bytes of all elements in row-major order."""
    flat = tensor.detach().contiguous().reshape(-1)
    return bytes(flat.view(torch.uint8).tolist()) if flat.numel() else b""


def expect(name, tensors):
    expected[name] = [
        {"name": key, "dtype": NAMES[t.dtype], "shape": list(t.shape), "strides": list(t.stride()),
         "sha256": hashlib.sha256(raw(t)).hexdigest()}
        for key, t in sorted(tensors.items())
    ]


def random_tensor(generator, shape, dtype):
    if dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
        return torch.randn(shape, generator=generator, dtype=torch.float32).to(dtype)
    return torch.randint(0, 100, shape, generator=generator).to(dtype)


def llama(dtype, seed=1, tied=False):
    g = torch.Generator().manual_seed(seed)
    hidden, inner, kv, vocab = 8, 12, 4, 16
    state = collections.OrderedDict()
    state["model.embed_tokens.weight"] = random_tensor(g, (vocab, hidden), dtype)
    for layer in range(1):
        p = f"model.layers.{layer}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            state[p + norm + ".weight"] = random_tensor(g, (hidden,), dtype)
        for part, rows in (("q", hidden), ("k", kv), ("v", kv), ("o", hidden)):
            state[p + f"self_attn.{part}_proj.weight"] = random_tensor(g, (rows, hidden), dtype)
        state[p + "mlp.gate_proj.weight"] = random_tensor(g, (inner, hidden), dtype)
        state[p + "mlp.up_proj.weight"] = random_tensor(g, (inner, hidden), dtype)
        state[p + "mlp.down_proj.weight"] = random_tensor(g, (hidden, inner), dtype)
    state["model.norm.weight"] = random_tensor(g, (hidden,), dtype)
    state["lm_head.weight"] = state["model.embed_tokens.weight"] if tied else random_tensor(g, (vocab, hidden), dtype)
    return state


def save_torch(name, tensors, content=None, **options):
    torch.save(tensors if content is None else content, path(name), **options)
    expect(name, tensors)


# ---------------------------------------------------------------------------------------------- zip archives by hand

def zip_archive(records, prefix, zip64=False):
    """As PyTorch lays an archive out: stored, sizes in data descriptors, data on 64-byte boundaries.

    zip64: every size and offset stands in Zip64 fields, as it does beyond 4 GiB.
    """
    out, central = bytearray(), bytearray()
    for name, data in records:
        full = f"{prefix}/{name}".encode()
        offset, crc = len(out), zlib.crc32(data)
        padding = -(offset + 30 + len(full) + 4) % 64
        extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
        out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 0, 0x0808, 0, 0, 0, 0, 0, 0, len(full), len(extra)) + full + extra
        out += data
        wide = "Q" if zip64 else "I"
        out += b"PK\7\x08" + struct.pack("<I2" + wide, crc, len(data), len(data))
        size = place = 0xFFFFFFFF
        more = struct.pack("<HHQQQ", 1, 24, len(data), len(data), offset)
        if not zip64:
            size, place, more = len(data), offset, b""
        central += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 0, 0, 0x0808, 0, 0, 0, crc, size, size, len(full),
                               len(more), 0, 0, 0, 0, place) + full + more
    at = len(out)
    out += central
    end64 = len(out)
    out += struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, len(records), len(records), len(central), at)
    out += struct.pack("<IIQI", 0x07064B50, 0, end64, 1)
    count, size, place = (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF) if zip64 else (len(records), len(central), at)
    out += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, place, 0)
    return bytes(out)


class Global:
    """A name that the pickle refers to, without importing it."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Storage:
    def __init__(self, pid):
        self.pid = pid


class Call:
    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments


class NamingPickler(pickle._Pickler):
    """Writes Global, Storage and Call as what they stand for."""

    def persistent_id(self, obj):
        return obj.pid if isinstance(obj, Storage) else None

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Global):
            seen = self.memo.get(id(obj))
            if seen:
                self.write(self.get(seen[0]))
                return
            if self.proto >= 4:
                self.save(obj.module)
                self.save(obj.name)
                self.write(pickle.STACK_GLOBAL)
            else:
                self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
            self.memoize(obj)
        elif isinstance(obj, Call):
            self.save(obj.function)
            self.save(obj.arguments)
            self.write(pickle.REDUCE)
            self.memoize(obj)
        else:
            super().save(obj, save_persistent_id)


def pickled(obj, protocol):
    buffer = io.BytesIO()
    NamingPickler(buffer, protocol).dump(obj)
    return buffer.getvalue()


REBUILD = Global("torch._utils", "_rebuild_tensor_v2")
FROM_TYPE = Global("torch._tensor", "_rebuild_from_type_v2")
TENSOR = Global("torch", "Tensor")
ORDERED = Global("collections", "OrderedDict")
TYPES = {dtype: Global("torch", name) for dtype, name in STORAGES.items()}


def view(storage, tensor, offset=0):
    return (storage, offset, tuple(tensor.shape), tuple(tensor.stride()), False, Call(ORDERED, ()))


def incremental(name, state, zip64=False):
    """lit-gpt's incremental_save: protocol 5, numbers as keys, data.pkl last, most tensors wrapped."""
    records, root = [("version", b"3\n")], {}
    for key, (tensor_name, tensor) in enumerate(state.items()):
        storage = Storage(("storage", TYPES[tensor.dtype], key, "cpu", tensor.numel()))
        records.append((f"data/{key}", raw(tensor)))
        plain = any(part in tensor_name for part in ("q_proj", "k_proj", "v_proj"))
        root[tensor_name] = Call(REBUILD, view(storage, tensor)) if plain else Call(
            FROM_TYPE, (REBUILD, TENSOR, view(storage, tensor), {"_has_been_cloned": True}))
    records.append(("data.pkl", pickled(root, 5)))
    with open(path(name), "wb") as file:
        file.write(zip_archive(records, os.path.splitext(os.path.basename(name))[0], zip64))
    expect(name, state)


def legacy_views(name):
    """Old PyTorch described views of one storage in the persistent id."""
    whole = torch.arange(24, dtype=torch.float32)
    pids = [("storage", TYPES[torch.float32], "94081730766256", "cpu", 24, (key, begin, size))
            for key, begin, size in (("first", 0, 24), ("second", 6, 12))]
    first, second = whole.view(4, 6), whole[6:18].view(3, 4)[1:]
    root = {"first": Call(REBUILD, view(Storage(pids[0]), first)),
            "second": Call(REBUILD, view(Storage(pids[1]), second, 4))}
    machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [0x1950A86A20F9469CFC6C, 1001, machine, root, ["94081730766256"]]
    with open(path(name), "wb") as file:
        for part in parts:
            file.write(pickled(part, 2))
        file.write(struct.pack("<q", 24) + raw(whole))
    expect(name, {"first": first, "second": second})


def safetensors_files():
    for label, dtype in (("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16)):
        name = f"llama_{label}.safetensors"
        state = llama(dtype)
        safetensors.torch.save_file(state, path(name), metadata={"format": "pt"})
        expect(name, state)
    g = torch.Generator().manual_seed(2)
    every = {label.lower(): random_tensor(g, (2, 3), torch.float32).to(dtype) if dtype.is_floating_point
             else random_tensor(g, (2, 3), dtype) for dtype, label in NAMES.items()}
    every["scalar"], every["empty"] = torch.tensor(4.5), torch.zeros(0, 3)
    safetensors.torch.save_file(every, path("every_type.safetensors"))
    expect("every_type.safetensors", every)


def sharded_files():
    state = llama(torch.bfloat16, seed=3)
    halves = [dict(list(state.items())[:5]), dict(list(state.items())[5:])]
    for folder, stem, extension in (("sharded_safetensors", "model", "safetensors"),
                                    ("sharded_pytorch", "pytorch_model", "bin")):
        weight_map = {}
        for number, half in enumerate(halves, 1):
            shard = f"{stem}-{number:05}-of-00002.{extension}"
            if extension == "bin":
                torch.save(half, path(f"{folder}/{shard}"))
            else:
                safetensors.torch.save_file(half, path(f"{folder}/{shard}"), metadata={"format": "pt"})
            weight_map.update({key: shard for key in half})
        total = sum(t.numel() * t.element_size() for t in state.values())
        with open(path(f"{folder}/{stem}.{extension}.index.json"), "w") as file:
            json.dump({"metadata": {"total_size": total}, "weight_map": weight_map}, file, indent=2)
            file.write("\n")
        expect(folder, state)


def torch_files():
    for label, dtype in (("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16)):
        save_torch(f"torch_{label}.bin", llama(dtype))
    for protocol in (1, 3, 4, 5):
        save_torch(f"torch_protocol{protocol}.bin", llama(torch.float16, tied=True), pickle_protocol=protocol)
    save_torch("legacy.bin", llama(torch.float32, tied=True), _use_new_zipfile_serialization=False)
    save_torch("legacy_protocol4.bin", llama(torch.float16), pickle_protocol=4, _use_new_zipfile_serialization=False)

    base = torch.arange(60, dtype=torch.float32)
    views = {"whole": base, "same": base, "rows": base.view(5, 12), "transposed": base.view(5, 12).t(),
             "inner": base.view(3, 4, 5)[1:, 1:3, ::2], "last": base[59:], "repeated": base[7:8].expand(4),
             "none": base[60:], "scalar": base[41]}
    save_torch("views.bin", views)
    save_torch("legacy_views_of_one_storage.bin", views, _use_new_zipfile_serialization=False)

    weight = torch.nn.Parameter(torch.ones(2, 2))
    marked = torch.nn.Parameter(torch.full((3,), 2.0))
    marked.note = "an attribute"  # makes PyTorch write _rebuild_parameter_with_state
    wide = torch.arange(5, dtype=torch.int32).to(torch.uint16)  # makes it write _rebuild_tensor_v3
    content = {"step": 12, "rate": 1e-3, "big": 1 << 80, "negative": -3, "name": "run", "flags": [True, None],
               "model": collections.OrderedDict(weight=weight, marked=marked),
               "optimizer": {"state": {0: {"average": torch.zeros(2)}}, "groups": [{"params": [0]}]},
               "list": [torch.ones(1), (wide,)], "size": torch.Size([1, 2]), "device": torch.device("cpu"),
               "dtype": torch.float16, "raw": b"bytes"}
    save_torch("nested.bin", {"model.weight": weight, "model.marked": marked, "list.0": content["list"][0],
                              "list.1.0": wide, "optimizer.state.0.average": torch.zeros(2)}, content)
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    torch.manual_seed(4)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter)
    save_torch("module_state.bin", module.state_dict())


def main():
    os.umask(0o022)
    safetensors_files()
    sharded_files()
    torch_files()
    incremental("incremental_f32.bin", llama(torch.float32, seed=5))
    incremental("zip64.bin", llama(torch.bfloat16, seed=6), zip64=True)
    legacy_views("legacy_view_metadata.bin")
    with open(path("expected.json"), "w") as file:
        versions = {"python": sys.version.split()[0], "torch": torch.__version__, "safetensors": safetensors.__version__}
        files = ",\n".join(
            json.dumps(name) + ": [\n" + ",\n".join(json.dumps(t, separators=(",", ":")) for t in tensors) + "]"
            for name, tensors in expected.items())
        file.write('{"made_with": ' + json.dumps(versions) + ',\n"files": {\n' + files + "}}\n")


if __name__ == "__main__":
    main()
