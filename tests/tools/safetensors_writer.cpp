#include <string>

#include "tests/tools/weight_writers.h"

namespace cria::tools {

void write_safetensors(std::ostream& out, const std::vector<Tensor>& tensors, kernels::DType type,
                       std::uint64_t seed) {
  const char* dtype = type == kernels::DType::f32   ? "F32"
                      : type == kernels::DType::f16 ? "F16"
                                                    : "BF16";
  std::string header = R"({"__metadata__":{"format":"pt"})";
  std::uint64_t offset = 0;
  for (const Tensor& tensor : tensors) {
    const std::uint64_t end = offset + TensorBytes(tensor, type, seed).size();
    header.append(",\"").append(tensor.name).append("\":{\"dtype\":\"").append(dtype);
    header.append("\",\"shape\":[");
    for (std::size_t i = 0; i < tensor.shape.size(); ++i)
      header.append(i == 0 ? "" : ",").append(std::to_string(tensor.shape[i]));
    header.append("],\"data_offsets\":[").append(std::to_string(offset)).append(",");
    header.append(std::to_string(end)).append("]}");
    offset = end;
  }
  header += "}";
  header.append((8 - header.size() % 8) % 8, ' ');
  for (unsigned i = 0; i < 8; ++i)
    out.put(static_cast<char>((std::uint64_t{header.size()} >> (8 * i)) & 0xFFU));
  out << header;
  for (const Tensor& tensor : tensors) {
    TensorBytes bytes(tensor, type, seed);
    for (const std::vector<char>* piece = &bytes.next(); !piece->empty(); piece = &bytes.next())
      out.write(piece->data(), static_cast<std::streamsize>(piece->size()));
  }
}

}  // namespace cria::tools
