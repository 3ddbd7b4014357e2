#include "engine/random_llama/safetensors_writer.h"

#include <nlohmann/json.hpp>
#include <string>

namespace cria::engine {
namespace {

const char* stored_name(kernels::DType type) {
  return type == kernels::DType::f32 ? "F32" : type == kernels::DType::f16 ? "F16" : "BF16";
}

}  // namespace

bool write_safetensors(std::ostream& out, const std::vector<RandomTensor>& tensors,
                       kernels::DType type, std::uint64_t seed, const std::stop_token& stop) {
  nlohmann::ordered_json header{{"__metadata__", {{"format", "pt"}}}};
  std::uint64_t offset = 0;
  for (const RandomTensor& tensor : tensors) {
    const std::uint64_t end = offset + RandomBytes(tensor, type, seed).size();
    header[tensor.name] = {
        {"dtype", stored_name(type)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  for (unsigned i = 0; i < 8; ++i)
    out.put(static_cast<char>((std::uint64_t{text.size()} >> (8 * i)) & 0xFFU));
  out << text;
  for (const RandomTensor& tensor : tensors) {
    RandomBytes bytes(tensor, type, seed);
    for (const std::vector<char>* piece = &bytes.next(); !piece->empty(); piece = &bytes.next()) {
      if (stop.stop_requested()) return false;
      out.write(piece->data(), static_cast<std::streamsize>(piece->size()));
    }
  }
  return true;
}

}  // namespace cria::engine
