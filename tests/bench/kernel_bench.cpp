// Speed of the cpu kernels on TinyLlama's shape with random weights, beside what this machine's
// memory and multipliers can do, all measured in one run by turns.
//
//   kernel_bench [f32|f16|bf16|q8|q4] [avx2|avx512|best] [threads] [prompt] [layers] [depth]
//
// Weights are copies on huge pages; what the program uses in place in a file has small ones.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "kernels/factory.h"
#include "kernels/machine_limits.h"
#include "kernels/step_profile.h"

using namespace cria::kernels;

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double seconds_since(double start) { return now() - start; }

struct Layer {
  std::vector<std::unique_ptr<Tensor>> tensors;
  AttentionInWeights attention_in;
  Projection o, down;
  FfnInWeights ffn_in;
};

template <typename T>
T must(cria::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
  }
  return std::move(*result);
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int index, const char* fallback) {
    return std::string(argc > index ? argv[index] : fallback);
  };
  const std::string type_name = argument(1, "f16");
  const auto named = std::find_if(all_weight_formats.begin(), all_weight_formats.end(),
                                  [&](WeightFormat one) { return name_of(one) == type_name; });
  if (named == all_weight_formats.end()) {
    std::fprintf(stderr, "%s is no format of weights\n", type_name.c_str());
    return 2;
  }
  const WeightFormat type = *named;
  const std::string set = argument(2, "best");
  const int threads = std::atoi(argument(3, "0").c_str());
  const int prompt = std::atoi(argument(4, "512").c_str());
  const int depth = std::atoi(argument(6, "0").c_str());

  LlamaShape shape;
  shape.hidden_size = 2048;
  shape.intermediate_size = 5632;
  shape.num_hidden_layers = std::atoi(argument(5, "22").c_str());
  shape.num_attention_heads = 32;
  shape.num_key_value_heads = 4;
  shape.head_dim = shape.rotary_dim = 64;
  shape.vocab_size = 32000;
  shape.attention_scale = 0.125F;
  auto backend = must(open_backend({"cpu", threads, set == "best" ? "" : set}));
  const BackendInfo info = backend->info();

  // One random matrix serves as the source of all; its rows lie apart, so that each weight is
  // copied to memory of its own instead of borrowed.
  constexpr std::int64_t gap = 16;
  const std::int64_t largest = std::int64_t{32000} * (2048 + gap);
  std::vector<float> source(static_cast<std::size_t>(largest));
  std::uint32_t state = 1;
  for (float& value : source) {
    state = state * 1664525U + 1013904223U;
    value = (static_cast<float>(state >> 8) * 0x1p-24F - 0.5F) * 0.1F;
  }
  double converted = 0;
  std::size_t weight_bytes = 0;
  const auto load = now();
  const auto tensor = [&](std::int64_t rows, std::int64_t cols, WeightFormat as) {
    auto made =
        must(backend->make_tensor(TensorView{reinterpret_cast<const std::byte*>(source.data()),
                                             DType::f32, rows, cols, cols + gap, 1},
                                  as));
    converted += static_cast<double>(rows * cols) * 4;
    return made;
  };
  std::vector<Layer> layers;
  for (int i = 0; i < shape.num_hidden_layers; ++i) {
    Layer layer;
    const auto keep = [&](std::int64_t rows, std::int64_t cols, WeightFormat as) -> const Tensor* {
      layer.tensors.push_back(tensor(rows, cols, as));
      weight_bytes += layer.tensors.back()->bytes();
      return layer.tensors.back().get();
    };
    layer.attention_in = {keep(1, 2048, WeightFormat::f32),
                          {keep(2048, 2048, type), nullptr},
                          {keep(256, 2048, type), nullptr},
                          {keep(256, 2048, type), nullptr}};
    layer.o = {keep(2048, 2048, type), nullptr};
    layer.ffn_in = {keep(1, 2048, WeightFormat::f32),
                    {keep(5632, 2048, type), nullptr},
                    {keep(5632, 2048, type), nullptr}};
    layer.down = {keep(2048, 5632, type), nullptr};
    layers.push_back(std::move(layer));
  }
  // As the program has it: four bits are too few for the head.
  const auto table = tensor(32000, 2048, type == WeightFormat::q4 ? WeightFormat::q8 : type);
  const auto norm = tensor(1, 2048, WeightFormat::f32);
  weight_bytes += table->bytes();
  const double load_time = seconds_since(load);

  const int cells = std::max(prompt, depth) + 256;
  const auto x = must(backend->make_buffer(std::max(prompt, 1), 2048));
  const auto q = must(backend->make_buffer(std::max(prompt, 1), 2048));
  const auto a = must(backend->make_buffer(std::max(prompt, 1), 2048));
  const auto h = must(backend->make_buffer(std::max(prompt, 1), 5632));
  const auto logits = must(backend->make_buffer(1, 32000));
  const auto cache = must(backend->make_kv_cache(shape, cells, DType::f16));

  double stage_time[stage_names.size()] = {};
  const auto forward = [&](int from, int count) {
    std::vector<Row> rows;
    std::vector<float> cosines(static_cast<std::size_t>(count) * 32, 0.8F);
    std::vector<float> sines(static_cast<std::size_t>(count) * 32, 0.6F);
    rows.reserve(static_cast<std::size_t>(count));
    for (int t = 0; t < count; ++t) rows.push_back({(from + t) * 7 % 32000, from + t, 0});
    const SequenceSpan span{};
    const std::int32_t last = count - 1;
    const Step step{&shape, rows, {&span, 1}, cosines, sines, {&last, 1}};
    const cria::Status status = backend->run(step, [&] {
      const auto timed = [&](int stage, const auto& work) {
        const auto start = now();
        work();
        stage_time[stage] += seconds_since(start);
      };
      timed(0, [&] { backend->embed(*table, step, *x); });
      for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto layer = static_cast<std::int32_t>(i);
        timed(1,
              [&] { backend->attention_in(layers[i].attention_in, step, *x, *q, *cache, layer); });
        timed(2, [&] { backend->attend(step, *q, *cache, layer, *a); });
        timed(3, [&] { backend->attention_out(layers[i].o, step, *a, *x); });
        timed(4, [&] { backend->ffn_in(layers[i].ffn_in, step, *x, *h); });
        timed(5, [&] { backend->ffn_out(layers[i].down, step, *h, *x); });
      }
      timed(6, [&] { backend->logits(*norm, *table, step, *x, *logits); });
    });
    if (!status) std::exit(1);
  };
  const auto print_stages = [&](int runs) {
    for (std::size_t i = 0; i < stage_names.size(); ++i)
      std::printf("  %s %.2f", stage_names[i].data(), stage_time[i] / runs * 1e3);
    std::printf("  (mean ms)\n");
    for (double& time : stage_time) time = 0;
  };

  double bandwidth = measure_read_bandwidth(info.threads);
  double fused = measure_compute_peaks(info.threads).of(type_name) / 2;
  std::printf("%s, %s, %d threads, %s weights, %d layers, %.1f MB a token\n", info.name.c_str(),
              info.instruction_set.c_str(), info.threads, type_name.c_str(),
              shape.num_hidden_layers, static_cast<double>(weight_bytes) / 1e6);
  std::printf("load: %.2f GB of f32 in %.2f s, %.1f GB/s\n", converted / 1e9, load_time,
              converted / 1e9 / load_time);

  forward(depth, 1);
  for (double& time : stage_time) time = 0;
  double token = 1e30;
  constexpr int tokens = 12;
  for (int i = 0; i < tokens; ++i) {
    const double start = now();
    forward(depth + i, 1);
    token = std::min(token, seconds_since(start));
    if (i == tokens / 2) bandwidth = std::max(bandwidth, measure_read_bandwidth(info.threads));
  }
  const double read =
      static_cast<double>(weight_bytes) + 2.0 * depth * 256 * 2 * shape.num_hidden_layers;
  std::printf("decode at %d: %.2f ms, %.2f tok/s, %.1f GB/s of %.1f read: %.0f%%\n", depth,
              token * 1e3, 1 / token, read / token / 1e9, bandwidth / 1e9,
              read / token / bandwidth * 100);
  print_stages(tokens);
  if (prompt > 0) {
    double multiplies =
        static_cast<double>(shape.num_hidden_layers) * prompt *
        (2048.0 * 2048 * 2 + 2048 * 512 + 3.0 * 2048 * 5632 + 2048.0 * 2 * (prompt / 2.0));
    multiplies += 32000.0 * 2048;
    forward(0, prompt);
    for (double& stage : stage_time) stage = 0;
    double time = 1e30;
    for (int i = 0; i < 3; ++i) {
      const double start = now();
      forward(0, prompt);
      time = std::min(time, seconds_since(start));
      fused = std::max(fused, measure_compute_peaks(info.threads).of(type_name) / 2);
    }
    std::printf("prefill %d: %.0f tok/s, %.0f G fused multiply-adds/s of %.0f: %.0f%%\n", prompt,
                prompt / time, multiplies / time / 1e9, fused / 1e9,
                multiplies / time / fused * 100);
    print_stages(3);
  }
  return 0;
}
