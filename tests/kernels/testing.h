// What the tests of kernels/ share: the backends to test, random models, and a runner of steps.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/factory.h"
#include "tests/kernels/backends.h"

namespace cria::kernels::testing {

/// The column "index" with a row for each of them (and -1, the reference), and what it stands for.
void backend_rows(bool with_reference = false);
std::unique_ptr<Backend> open_row(int index);
/// `many`, or less where UnderTest::is_slow.
int rounds_of_row(int index, int many);
std::unique_ptr<Backend> open(const BackendOptions& options);
std::unique_ptr<Backend> open_reference();

/// Fresh numbers each time; CRIA_TEST_SEED repeats a run. The seed is printed.
class Random {
 public:
  Random();
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  bool coin() { return between(0, 1) == 1; }
  float normal(float deviation) { return std::normal_distribution<float>(0, deviation)(engine_); }
  std::vector<float> normals(std::int64_t count, float deviation);
  template <typename T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[between(0, static_cast<int>(values.size()) - 1)];
  }

 private:
  std::mt19937 engine_;
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b);

/// `values` in a file's bytes of `type`, beginning `shift` bytes into the storage.
std::vector<std::byte> bytes_of(const std::vector<float>& values, DType type,
                                std::size_t shift = 0);

/// A matrix as the test knows it: what a checkpoint would hold, and what a backend makes of it.
struct Matrix {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<float> values;
  std::vector<float> held;  ///< after rounding to the format it is used in
  const float* row(std::int64_t index) const { return held.data() + index * cols; }
  bool empty() const { return values.empty(); }
};

struct LayerValues {
  Matrix attention_norm, q, k, v, o, ffn_norm, gate, up, down;
  Matrix q_bias, k_bias, v_bias, o_bias, gate_bias, up_bias, down_bias;  // empty: none
};

struct ModelValues {
  LlamaShape shape;
  WeightFormat precision = WeightFormat::f32;
  Matrix embedding, norm, head;
  std::vector<LayerValues> layers;
};

ModelValues random_model(Random& random, const LlamaShape& shape, WeightFormat precision,
                         bool biases);

/// Any of those that a checkpoint can be computed in.
WeightFormat random_format(Random& random, const Backend& backend);

/// A shape of odd sizes.
LlamaShape random_shape(Random& random);

/// A step that owns what Step borrows.
struct StepValues {
  std::vector<Row> rows;
  std::vector<SequenceSpan> sequences;
  std::vector<float> cosines, sines;
  std::vector<std::int32_t> logit_rows;
  Step step(const LlamaShape& shape) const {
    return {&shape, rows, sequences, cosines, sines, logit_rows};
  }
};

/// Tables for the rows' positions (any angles do, but the same for the same position).
void fill_rope(StepValues& step, const LlamaShape& shape);

/// A model on a backend, with activations for `max_rows` and a cache of `cells`.
class Runner {
 public:
  Runner(Backend& backend, const ModelValues& model, int max_rows, int cells, DType cache_type);

  /// All stages of all layers; the buffers keep what the last layer left.
  void forward(const StepValues& values);
  /// What forward() gives to Backend::run.
  void stages(const Step& step);
  /// Runs one stage, or more, within Backend::run.
  void run(const Step& step, const std::function<void()>& stages);

  std::vector<float> read(const Buffer& buffer, std::int64_t rows) const;
  /// K then V of a cell.
  std::vector<float> cell(int layer, int index) const;

  Backend& backend;
  const ModelValues& model;
  struct Layer {
    std::vector<std::unique_ptr<Tensor>> owned;
    AttentionInWeights attention_in;
    Projection o;
    FfnInWeights ffn_in;
    Projection down;
  };
  std::vector<Layer> layers;
  std::unique_ptr<Tensor> embedding, norm, head;
  std::unique_ptr<Buffer> x, q, a, h, logits;
  std::unique_ptr<KvCache> cache;

 private:
  std::unique_ptr<Tensor> tensor(const Matrix& matrix, WeightFormat precision);
};

}  // namespace cria::kernels::testing
