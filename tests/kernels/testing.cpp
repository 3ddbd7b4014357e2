#include "tests/kernels/testing.h"

#include <QtTest>
#include <cmath>
#include <cstring>

#include "kernels/half.h"
#include "kernels/reference/reference_memory.h"

namespace cria::kernels::testing {

void backend_rows(bool with_reference) {
  QTest::addColumn<int>("index");
  const auto all = backends_under_test();
  if (all.empty()) QSKIP(no_backend);
  for (std::size_t i = 0; i < all.size(); ++i)
    QTest::newRow(all[i].name.c_str()) << static_cast<int>(i);
  if (with_reference) QTest::newRow("reference") << -1;
}

std::unique_ptr<Backend> open_row(int index) {
  if (index < 0) return open_reference();
  return open(backends_under_test()[static_cast<std::size_t>(index)].options);
}

int rounds_of_row(int index, int many) {
  if (index < 0) return many;
  return backends_under_test()[static_cast<std::size_t>(index)].is_slow ? (many + 1) / 2 : many;
}

std::vector<std::byte> bytes_of(const std::vector<float>& values, DType type, std::size_t shift) {
  std::vector<std::byte> bytes(shift + values.size() * size_of(type));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::byte* at = bytes.data() + shift + i * size_of(type);
    if (type == DType::f32) {
      std::memcpy(at, &values[i], 4);
    } else {
      const std::uint16_t half =
          type == DType::f16 ? f16_from_f32(values[i]) : bf16_from_f32(values[i]);
      std::memcpy(at, &half, 2);
    }
  }
  return bytes;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

std::unique_ptr<Backend> open(const BackendOptions& options) {
  auto backend = open_backend(options);
  if (!backend) qFatal("%s", backend.error().message.c_str());
  return std::move(*backend);
}

std::unique_ptr<Backend> open_reference() { return open({"reference", 0, ""}); }

Random::Random() {
  bool given = false;
  const uint chosen = qEnvironmentVariable("CRIA_TEST_SEED").toUInt(&given);
  const std::uint32_t seed = given ? chosen : std::random_device{}();
  qInfo("seed %u (CRIA_TEST_SEED repeats it)", seed);
  engine_.seed(seed);
}

std::vector<float> Random::normals(std::int64_t count, float deviation) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(deviation);
  return values;
}

namespace {

Matrix matrix_of(std::int64_t rows, std::int64_t cols, std::vector<float> values,
                 WeightFormat precision) {
  Matrix matrix{rows, cols, std::move(values), {}};
  for (std::int64_t r = 0; r < rows; ++r) {
    const auto row = reference::rounded_weights(
        {matrix.values.data() + r * cols, static_cast<std::size_t>(cols)}, precision);
    matrix.held.insert(matrix.held.end(), row.begin(), row.end());
  }
  return matrix;
}

Matrix random_matrix(Random& random, std::int64_t rows, std::int64_t cols, WeightFormat precision) {
  return matrix_of(rows, cols, random.normals(rows * cols, 1 / std::sqrt(static_cast<float>(cols))),
                   precision);
}

Matrix random_norm(Random& random, std::int64_t cols) {
  std::vector<float> values = random.normals(cols, 0.3F);
  for (float& value : values) value += 1;
  return matrix_of(1, cols, std::move(values), WeightFormat::f32);
}

}  // namespace

ModelValues random_model(Random& random, const LlamaShape& shape, WeightFormat precision,
                         bool biases) {
  ModelValues model;
  model.shape = shape;
  model.precision = precision;
  model.embedding = random_matrix(random, shape.vocab_size, shape.hidden_size, precision);
  model.norm = random_norm(random, shape.hidden_size);
  model.head = random_matrix(random, shape.vocab_size, shape.hidden_size, precision);
  for (int i = 0; i < shape.num_hidden_layers; ++i) {
    LayerValues layer;
    const auto bias = [&](std::int64_t size) {
      return biases ? matrix_of(1, size, random.normals(size, 0.5F), WeightFormat::f32) : Matrix{};
    };
    layer.attention_norm = random_norm(random, shape.hidden_size);
    layer.ffn_norm = random_norm(random, shape.hidden_size);
    layer.q = random_matrix(random, shape.query_size(), shape.hidden_size, precision);
    layer.k = random_matrix(random, shape.key_value_size(), shape.hidden_size, precision);
    layer.v = random_matrix(random, shape.key_value_size(), shape.hidden_size, precision);
    layer.o = random_matrix(random, shape.hidden_size, shape.query_size(), precision);
    layer.gate = random_matrix(random, shape.intermediate_size, shape.hidden_size, precision);
    layer.up = random_matrix(random, shape.intermediate_size, shape.hidden_size, precision);
    layer.down = random_matrix(random, shape.hidden_size, shape.intermediate_size, precision);
    layer.q_bias = bias(shape.query_size());
    layer.k_bias = bias(shape.key_value_size());
    layer.v_bias = bias(shape.key_value_size());
    layer.o_bias = bias(shape.hidden_size);
    layer.gate_bias = bias(shape.intermediate_size);
    layer.up_bias = bias(shape.intermediate_size);
    layer.down_bias = bias(shape.hidden_size);
    model.layers.push_back(std::move(layer));
  }
  return model;
}

WeightFormat random_format(Random& random, const Backend& backend) {
  const auto all = backend.info().precisions;
  return all[static_cast<std::size_t>(random.between(0, static_cast<int>(all.size()) - 1))];
}

LlamaShape random_shape(Random& random) {
  LlamaShape shape;
  shape.num_key_value_heads = random.between(1, 4);
  shape.num_attention_heads = shape.num_key_value_heads * random.between(1, 9);
  shape.head_dim = random.one_of({6, 10, 16, 64, 80, 128, 2 * random.between(1, 40)});
  if (shape.num_attention_heads * shape.head_dim > 1000)
    shape.num_attention_heads = shape.num_key_value_heads;
  shape.rotary_dim = random.coin() ? shape.head_dim : 2 * random.between(0, shape.head_dim / 2);
  shape.hidden_size = random.between(1, 300);
  shape.intermediate_size = random.between(1, 400);
  shape.num_hidden_layers = 2;
  shape.vocab_size = random.between(2, 200);
  shape.rms_norm_eps = random.one_of({1e-5F, 1e-6F});
  shape.attention_scale = 1 / std::sqrt(static_cast<float>(shape.head_dim));
  return shape;
}

void fill_rope(StepValues& step, const LlamaShape& shape) {
  for (const Row& row : step.rows)
    for (int i = 0; i < shape.rotary_dim / 2; ++i) {
      const double angle = row.position * std::pow(0.7, i);
      step.cosines.push_back(static_cast<float>(std::cos(angle)));
      step.sines.push_back(static_cast<float>(std::sin(angle)));
    }
}

Runner::Runner(Backend& on, const ModelValues& values, int max_rows, int cells, DType cache_type)
    : backend(on), model(values) {
  const LlamaShape& shape = model.shape;
  embedding = tensor(model.embedding, model.precision);
  norm = tensor(model.norm, WeightFormat::f32);
  head = tensor(model.head, model.precision);
  for (const LayerValues& from : model.layers) {
    Layer layer;
    const auto keep = [&](const Matrix& matrix, WeightFormat type) -> const Tensor* {
      if (matrix.empty()) return nullptr;
      layer.owned.push_back(tensor(matrix, type));
      return layer.owned.back().get();
    };
    const auto projection = [&](const Matrix& weight, const Matrix& bias) {
      return Projection{keep(weight, model.precision), keep(bias, WeightFormat::f32)};
    };
    layer.attention_in = {keep(from.attention_norm, WeightFormat::f32),
                          projection(from.q, from.q_bias), projection(from.k, from.k_bias),
                          projection(from.v, from.v_bias)};
    layer.o = projection(from.o, from.o_bias);
    layer.ffn_in = {keep(from.ffn_norm, WeightFormat::f32), projection(from.gate, from.gate_bias),
                    projection(from.up, from.up_bias)};
    layer.down = projection(from.down, from.down_bias);
    layers.push_back(std::move(layer));
  }
  const auto buffer = [&](std::int64_t cols) {
    auto made = backend.make_buffer(max_rows, cols);
    if (!made) qFatal("%s", made.error().message.c_str());
    return std::move(*made);
  };
  x = buffer(shape.hidden_size);
  q = buffer(shape.query_size());
  a = buffer(shape.query_size());
  h = buffer(shape.intermediate_size);
  logits = buffer(shape.vocab_size);
  auto made = backend.make_kv_cache(shape, cells, cache_type);
  if (!made) qFatal("%s", made.error().message.c_str());
  cache = std::move(*made);
}

std::unique_ptr<Tensor> Runner::tensor(const Matrix& matrix, WeightFormat precision) {
  auto made = backend.make_tensor(
      TensorView::contiguous(matrix.values.data(), DType::f32, matrix.rows, matrix.cols),
      precision);
  if (!made) qFatal("%s", made.error().message.c_str());
  return std::move(*made);
}

void Runner::run(const Step& step, const std::function<void()>& stages) {
  const Status status = backend.run(step, stages);
  if (!status) qFatal("%s", status.error().message.c_str());
}

void Runner::stages(const Step& step) {
  backend.embed(*embedding, step, *x);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto layer = static_cast<std::int32_t>(i);
    backend.attention_in(layers[i].attention_in, step, *x, *q, *cache, layer);
    backend.attend(step, *q, *cache, layer, *a);
    backend.attention_out(layers[i].o, step, *a, *x);
    backend.ffn_in(layers[i].ffn_in, step, *x, *h);
    backend.ffn_out(layers[i].down, step, *h, *x);
  }
  backend.logits(*norm, *head, step, *x, *logits);
}

void Runner::forward(const StepValues& values) {
  const Step step = values.step(model.shape);
  run(step, [&] { stages(step); });
}

std::vector<float> Runner::read(const Buffer& buffer, std::int64_t rows) const {
  std::vector<float> values(static_cast<std::size_t>(rows * buffer.cols()));
  backend.read(buffer, values);
  return values;
}

std::vector<float> Runner::cell(int layer, int index) const {
  const auto size = static_cast<std::size_t>(model.shape.key_value_size());
  std::vector<float> both(2 * size);
  const std::span<float> all(both);
  backend.read_cell(*cache, layer, index, all.first(size), all.last(size));
  return both;
}

}  // namespace cria::kernels::testing
