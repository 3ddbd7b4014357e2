#include "kernels/cuda/prefill.h"

#include <algorithm>

namespace cria::kernels::cuda {
namespace {

// In elements: terms and parts of products begin on multiples of 256 bytes, as cuBLASLt likes it.
constexpr std::int64_t term_padding = 128;
constexpr std::int64_t product_padding = 64;
constexpr std::uint64_t most_term_bytes = 4;  // an element, in all its terms

Status check_launch(cudaError_t error) { return check(error, "computing"); }

}  // namespace

Status Prefill::reserve(const LlamaShape& shape, int rows) {
  const auto count = static_cast<std::uint64_t>(rows);
  const std::int64_t inputs =
      std::max({shape.hidden_size, shape.intermediate_size, shape.query_size()});
  const std::int64_t outputs = std::max({padded(shape.hidden_size, product_padding),
                                         2 * padded(shape.intermediate_size, product_padding),
                                         padded(shape.query_size(), product_padding) +
                                             2 * padded(shape.key_value_size(), product_padding)});
  if (Status ready = matmul_.prepare(); !ready) return ready;
  const auto terms = static_cast<std::uint64_t>(padded(inputs, term_padding)) * most_term_bytes;
  if (Status grown = term_memory_.grow("a step", count * terms); !grown) return grown;
  if (Status grown = scales_.grow("a step", count * sizeof(float)); !grown) return grown;
  return products_.grow("a step", count * static_cast<std::uint64_t>(outputs) * sizeof(float));
}

Products Prefill::products(std::int64_t first, std::int64_t second, std::int64_t third) const {
  const std::int64_t at_second = padded(first, product_padding);
  const std::int64_t at_third = at_second + padded(second, product_padding);
  return {products_.floats(), at_third + padded(third, product_padding), at_second, at_third,
          scales_.floats()};
}

Status Prefill::multiply(cudaStream_t stream, const Matrix& weight, const Source& source, float* y,
                         std::int64_t stride) {
  const DType type = matmul_.term_type(weight.format);
  if (terms_.rows == 0 || terms_.type != type) {
    terms_ = {term_memory_.data(), scales_.floats(), padded(source.x.cols, term_padding), type,
              source.rows,         weight.format};
    if (Status split =
            check_launch(split_rows(stream, source.x, source.norm, source.chosen, terms_));
        !split)
      return split;
  }
  return matmul_.run(stream, weight, terms_, y, stride);
}

Status Prefill::attention_in(cudaStream_t stream, const AttentionIn& in, const StepView& step) {
  terms_ = {};
  const Source source{in.x, in.norm, nullptr, step.count};
  const Products all = products(in.q.weight.rows, in.k.weight.rows, in.v.weight.rows);
  const std::pair<const Product*, std::int64_t> parts[] = {
      {&in.q, 0}, {&in.k, all.second}, {&in.v, all.third}};
  for (const auto& [product, at] : parts)
    if (Status good = multiply(stream, product->weight, source, all.data + at, all.stride); !good)
      return good;
  return check_launch(finish_attention_in(stream, in, step, all));
}

Status Prefill::attend(cudaStream_t stream, const Attend& in, const StepView& step) {
  return check_launch(attend_blocks(stream, in, step));
}

Status Prefill::add_product(cudaStream_t stream, const Product& product, const Activations& in,
                            int rows, float* x, std::int64_t stride) {
  terms_ = {};
  const Products all = products(product.weight.rows, 0, 0);
  if (Status good = multiply(stream, product.weight, {in, {}, nullptr, rows}, all.data, all.stride);
      !good)
    return good;
  return check_launch(finish_add(stream, all, product.bias, rows, product.weight.rows, x, stride));
}

Status Prefill::ffn_in(cudaStream_t stream, const FfnIn& in) {
  terms_ = {};
  const Source source{in.x, in.norm, nullptr, in.rows};
  const Products all = products(in.gate.weight.rows, in.up.weight.rows, 0);
  if (Status good = multiply(stream, in.gate.weight, source, all.data, all.stride); !good)
    return good;
  if (Status good = multiply(stream, in.up.weight, source, all.data + all.second, all.stride);
      !good)
    return good;
  return check_launch(finish_ffn_in(stream, in, all));
}

Status Prefill::logits(cudaStream_t stream, const Matrix& head, const Activations& x,
                       const Norm& norm, const StepView& step, float* out, std::int64_t stride) {
  terms_ = {};
  const Source source{x, norm, step.logit_rows, step.logit_count};
  if (Status good = multiply(stream, head, source, out, stride); !good) return good;
  return check_launch(
      finish_logits(stream, {out, stride, 0, 0, scales_.floats()}, step.logit_count, head.rows));
}

}  // namespace cria::kernels::cuda
