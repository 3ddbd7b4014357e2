#include "app/commands/random_checkpoint.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace cria::app {
namespace {

constexpr std::int32_t control_pieces = 3;  // <unk>, <s>, </s>
constexpr std::int32_t byte_pieces = 256;

struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;

  std::uint64_t elements() const {
    std::uint64_t product = 1;
    for (const auto size : shape) {
      product *= static_cast<std::uint64_t>(size);
    }
    return product;
  }
  bool is_norm() const { return shape.size() == 1; }
};

std::vector<NamedTensor> tensors_of(const RandomShape& shape) {
  const std::int64_t hidden = shape.hidden_size;
  const std::int64_t ffn = shape.intermediate_size;
  const std::int64_t kv = hidden / shape.num_attention_heads * shape.num_key_value_heads;
  std::vector<NamedTensor> tensors = {{"lm_head.weight", {shape.vocab_size, hidden}},
                                      {"model.embed_tokens.weight", {shape.vocab_size, hidden}},
                                      {"model.norm.weight", {hidden}}};
  for (std::int32_t layer = 0; layer < shape.num_hidden_layers; ++layer) {
    const std::string prefix = "model.layers." + std::to_string(layer) + ".";
    tensors.push_back({prefix + "input_layernorm.weight", {hidden}});
    tensors.push_back({prefix + "self_attn.q_proj.weight", {hidden, hidden}});
    tensors.push_back({prefix + "self_attn.k_proj.weight", {kv, hidden}});
    tensors.push_back({prefix + "self_attn.v_proj.weight", {kv, hidden}});
    tensors.push_back({prefix + "self_attn.o_proj.weight", {hidden, hidden}});
    tensors.push_back({prefix + "post_attention_layernorm.weight", {hidden}});
    tensors.push_back({prefix + "mlp.gate_proj.weight", {ffn, hidden}});
    tensors.push_back({prefix + "mlp.up_proj.weight", {ffn, hidden}});
    tensors.push_back({prefix + "mlp.down_proj.weight", {hidden, ffn}});
  }
  return tensors;
}

Error cannot_write(const std::filesystem::path& file) {
  return {ErrorKind::io, file.string() + " cannot be written; is the disk full?"};
}

Status write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  out.close();
  return out ? Status() : cannot_write(file);
}

std::string config_of(const RandomShape& shape) {
  return nlohmann::ordered_json{{"architectures", {"LlamaForCausalLM"}},
                                {"model_type", "llama"},
                                {"hidden_act", "silu"},
                                {"hidden_size", shape.hidden_size},
                                {"intermediate_size", shape.intermediate_size},
                                {"num_hidden_layers", shape.num_hidden_layers},
                                {"num_attention_heads", shape.num_attention_heads},
                                {"num_key_value_heads", shape.num_key_value_heads},
                                {"vocab_size", shape.vocab_size},
                                {"max_position_embeddings", shape.max_position_embeddings},
                                {"rms_norm_eps", 1e-5},
                                {"tie_word_embeddings", false},
                                {"bos_token_id", 1},
                                {"eos_token_id", 2},
                                {"torch_dtype", "bfloat16"}}
      .dump(2);
}

// Fills `values` with bfloat16 numbers spread evenly over (-0.035, 0.035): a standard deviation of
// about 0.02, as in a freshly initialised Llama.
void fill_random(std::vector<std::uint16_t>& values, std::uint64_t& state) {
  for (auto& value : values) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    const auto number = static_cast<float>(static_cast<std::int64_t>(state >> 40U) - (1 << 23)) *
                        (0.035F / (1 << 23));
    value = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 16U);
  }
}

Status write_weights(const std::filesystem::path& file, const RandomShape& shape,
                     const std::stop_token& stop) {
  static_assert(std::endian::native == std::endian::little, "safetensors is little-endian");
  const auto tensors = tensors_of(shape);
  nlohmann::ordered_json header;
  std::uint64_t offset = 0;
  for (const auto& tensor : tensors) {
    const std::uint64_t end = offset + tensor.elements() * 2;
    header[tensor.name] = {
        {"dtype", "BF16"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const auto length = static_cast<std::uint64_t>(text.size());

  std::error_code error;
  const auto space = std::filesystem::space(file.parent_path(), error);
  if (!error && space.available < offset + length) {
    return Error{ErrorKind::io, "The random checkpoint needs " + std::to_string(offset >> 20U) +
                                    " MiB in " + file.parent_path().string() + ", where " +
                                    std::to_string(space.available >> 20U) +
                                    " MiB are free; set TMPDIR to another folder."};
  }
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(&length), sizeof length);
  out << text;
  constexpr std::uint64_t chunk = 1U << 20U;
  std::uint64_t state = 0x9E3779B97F4A7C15U;
  std::vector<std::uint16_t> values;
  for (const auto& tensor : tensors) {
    for (std::uint64_t done = 0; done < tensor.elements(); done += values.size()) {
      if (stop.stop_requested()) {
        return Error{ErrorKind::cancelled, "Interrupted."};
      }
      values.assign(std::min(chunk, tensor.elements() - done), 0x3F80U);  // ones, for the norms
      if (!tensor.is_norm()) {
        fill_random(values, state);
      }
      out.write(reinterpret_cast<const char*>(values.data()),
                static_cast<std::streamsize>(values.size() * 2));
    }
  }
  out.close();
  return out ? Status() : cannot_write(file);
}

// --- tokenizer.model: SentencePiece's protocol buffer, by hand
// ---------------------------------------------------------------------------------------------

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out += static_cast<char>(value | 0x80U);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

void put_number(std::string& out, std::uint32_t field, std::uint64_t value) {
  put_varint(out, field << 3U);
  put_varint(out, value);
}

void put_bytes(std::string& out, std::uint32_t field, const std::string& bytes) {
  put_varint(out, (field << 3U) | 2U);
  put_varint(out, bytes.size());
  out += bytes;
}

std::string piece(const std::string& text, float score, std::uint32_t type) {
  std::string out;
  put_bytes(out, 1, text);
  put_varint(out, (2U << 3U) | 5U);
  const auto bits = std::bit_cast<std::uint32_t>(score);
  for (std::uint32_t shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(bits >> shift);
  }
  put_number(out, 3, type);
  return out;
}

// The special and byte pieces of a Llama vocabulary, then made-up words.
std::string tokenizer_of(std::int32_t vocab_size) {
  constexpr std::uint32_t normal = 1;
  constexpr std::uint32_t unknown = 2;
  constexpr std::uint32_t control = 3;
  constexpr std::uint32_t byte = 6;
  std::string out;
  put_bytes(out, 1, piece("<unk>", 0, unknown));
  put_bytes(out, 1, piece("<s>", 0, control));
  put_bytes(out, 1, piece("</s>", 0, control));
  for (std::int32_t i = 0; i < byte_pieces; ++i) {
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", static_cast<unsigned>(i));
    put_bytes(out, 1, piece(name, 0, byte));
  }
  for (std::int32_t i = 0; i + control_pieces + byte_pieces < vocab_size; ++i) {
    put_bytes(out, 1, piece("\xE2\x96\x81w" + std::to_string(i), -static_cast<float>(i), normal));
  }
  std::string trainer;
  put_number(trainer, 3, 2);  // model_type: BPE
  put_number(trainer, 4, static_cast<std::uint64_t>(vocab_size));
  put_number(trainer, 35, 1);  // byte_fallback
  put_bytes(out, 2, trainer);
  std::string normalizer;
  put_bytes(normalizer, 1, "identity");
  put_number(normalizer, 3, 1);  // add_dummy_prefix
  put_number(normalizer, 4, 0);  // remove_extra_whitespaces
  put_number(normalizer, 5, 1);  // escape_whitespaces
  put_bytes(out, 3, normalizer);
  return out;
}

}  // namespace

std::optional<RandomShape> shape_named(std::string_view name) {
  if (name == "tinyllama-1.1b") {
    return RandomShape{2048, 5632, 22, 32, 4, 32000, 2048};
  }
  if (name == "tiny") {
    return RandomShape{64, 160, 2, 4, 2, 320, 256};
  }
  return std::nullopt;
}

Status write_random_checkpoint(const std::filesystem::path& folder, const RandomShape& shape,
                               const std::stop_token& stop) {
  if (auto written = write_file(folder / "config.json", config_of(shape)); !written) {
    return written;
  }
  if (auto written = write_file(folder / "tokenizer.model", tokenizer_of(shape.vocab_size));
      !written) {
    return written;
  }
  return write_weights(folder / "model.safetensors", shape, stop);
}

}  // namespace cria::app
