#include "tests/kernels/rounding_bounds.h"

#include <algorithm>
#include <cmath>

#include "kernels/half.h"

namespace cria::kernels::testing {

namespace {

/// Two backends see values that differ by a part `wobble`. Where that is the difference between one
/// rounding of the activations and the next, they take values that lie so far apart.
std::vector<double> rounded_apart(const std::vector<double>& x, double wobble,
                                  WeightFormat format) {
  std::vector<double> apart(x.size());
  if (format == WeightFormat::bf16)
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto seen = [&](double part) {
        return static_cast<double>(
            f32_from_bf16(bf16_from_f32(static_cast<float>(x[i] * (1 + part)))));
      };
      apart[i] = std::abs(seen(2 * wobble) - seen(-2 * wobble));
    }
  if (!is_quantised(format)) return apart;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t from = i / block_size * block_size;
    double largest = 0;
    for (std::size_t j = from; j < std::min<std::size_t>(x.size(), from + block_size); ++j)
      largest = std::max(largest, std::abs(x[j]));
    if (largest == 0) continue;
    const double value = x[i] * 127 / largest;
    apart[i] =
        (std::nearbyint(value + 127 * 3 * wobble) - std::nearbyint(value - 127 * 3 * wobble)) *
        largest / 127;
  }
  return apart;
}

}  // namespace

double norm_of(const float* values, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  return std::sqrt(sum);
}

double roundings(std::int64_t count) { return (static_cast<double>(count) / 16 + 8) * eps; }

double cache_rounding(double value, DType type) {
  if (type == DType::f16) return std::abs(value) * 0x1p-10 + 0x1p-24;
  if (type == DType::bf16) return std::abs(value) * 0x1p-7;
  return 0;
}

In normed(const float* x, const Matrix& weight, double norm_eps, WeightFormat format) {
  const double size = norm_of(x, weight.cols);
  const double scale = 1 / std::sqrt(size * size / static_cast<double>(weight.cols) + norm_eps);
  std::vector<double> y(static_cast<std::size_t>(weight.cols));
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = static_cast<double>(x[i]) * scale * static_cast<double>(weight.values[i]);
    sum += y[i] * y[i];
  }
  return {std::sqrt(sum), rounded_apart(y, roundings(weight.cols), format)};
}

double product_size(const Matrix& weight, const Matrix& bias, std::int64_t out, double x_norm) {
  return norm_of(weight.row(out), weight.cols) * x_norm +
         (bias.empty() ? 0 : std::abs(bias.values[static_cast<std::size_t>(out)]));
}

double product_error(const Matrix& weight, const Matrix& bias, std::int64_t out, const In& in) {
  double error = 2 * roundings(weight.cols) * product_size(weight, bias, out, in.norm);
  for (std::size_t i = 0; i < in.slack.size(); ++i)
    error += std::abs(static_cast<double>(weight.row(out)[i])) * in.slack[i];
  return error;
}

}  // namespace cria::kernels::testing
