// How far apart two backends may compute one number.
//
// Both sides round activations alike where the weights' format asks for that, but from values that
// may differ in their last bits (In::slack). A sum of n float32 products in 16 partial sums is off
// by at most (n/16 + 5) roundings of |w||x|, the product of the norms (Cauchy-Schwarz); each
// further operation adds its own rounding. The reference sums in double, so its own error is one
// rounding.
#pragma once

#include <vector>

#include "tests/kernels/testing.h"

namespace cria::kernels::testing {

constexpr double eps = 0x1p-24;  // half a unit in the last place, relative

double norm_of(const float* values, std::int64_t count);

/// Of a sum of `count` products, relative to the product of the norms.
double roundings(std::int64_t count);

/// One rounding to the cache's format, which two slightly different values may take differently.
double cache_rounding(double value, DType type);

/// What a matrix product is given, as far as its error depends on it.
struct In {
  double norm = 0;            ///< |x|
  std::vector<double> slack;  ///< by how much two backends may round each value apart
};

/// RMSNorm(x) on its way into products with weights of `format`.
In normed(const float* x, const Matrix& weight, double norm_eps, WeightFormat format);

/// |W row||x| + |bias|, what the error of one output is a fraction of.
double product_size(const Matrix& weight, const Matrix& bias, std::int64_t out, double x_norm);

/// How far apart two backends may compute one output.
double product_error(const Matrix& weight, const Matrix& bias, std::int64_t out, const In& in);

}  // namespace cria::kernels::testing
