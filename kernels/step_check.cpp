#include "kernels/step_check.h"

#include <cmath>
#include <cstdio>
#include <string>

namespace cria::kernels {

Status check_step(const Step& step) {
  const auto refuse = [](std::string message) {
    return Status(Error{ErrorKind::usage, std::move(message)});
  };
  if (step.shape == nullptr) return refuse("a step needs a shape");
  const auto rows = step.rows.size();
  const std::size_t rotary = rows * static_cast<std::size_t>(step.shape->rotary_dim / 2);
  if (step.rope_cos.size() != rotary || step.rope_sin.size() != rotary)
    return refuse("the rope tables do not have one line a row");
  for (const Row& row : step.rows) {
    if (row.token < 0 || row.token >= step.shape->vocab_size)
      return refuse("token id " + std::to_string(row.token) + " is outside the vocabulary of " +
                    std::to_string(step.shape->vocab_size));
    if (row.position < 0) return refuse("a position is negative");
    if (row.sequence < 0 || static_cast<std::size_t>(row.sequence) >= step.sequences.size())
      return refuse("a row names sequence " + std::to_string(row.sequence) + " of " +
                    std::to_string(step.sequences.size()));
  }
  for (const std::int32_t row : step.logit_rows)
    if (row < 0 || static_cast<std::size_t>(row) >= rows)
      return refuse("logits are asked for row " + std::to_string(row) + " of " +
                    std::to_string(rows));
  return {};
}

Error refused_weight(float value, std::int64_t row, std::int64_t column, WeightFormat precision) {
  const std::string where = " at row " + std::to_string(row) + ", column " + std::to_string(column);
  if (std::isnan(value)) return {ErrorKind::checkpoint, "a value is NaN" + where};
  if (std::isinf(value)) return {ErrorKind::checkpoint, "a value is infinite" + where};
  char number[32];
  std::snprintf(number, sizeof number, "%g", static_cast<double>(value));
  const bool half_range = precision != WeightFormat::bf16;
  return {ErrorKind::checkpoint,
          std::string("the value ") + number + where + " is too large for " +
              std::string(name_of(precision)) +
              (half_range ? " (at most 65504): use bf16 or f32" : ": use f32")};
}

Error out_of_memory(const char* what, std::uint64_t bytes) {
  char size[48];
  std::snprintf(size, sizeof size, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return {ErrorKind::device,
          std::string("out of memory: ") + size + " more are needed for " + what};
}

}  // namespace cria::kernels
