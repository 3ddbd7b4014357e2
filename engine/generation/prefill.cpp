#include "engine/generation/prefill.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace cria::engine {

namespace {
constexpr double seconds_a_piece = 0.5;
// Every piece reads all weights once, so small ones are dear; a stop is heard between layers.
constexpr std::int32_t fewest_rows = 32;
}  // namespace

Status Prefill::run(LlamaForward& forward, KvCache& cache, std::span<const std::int32_t> ids,
                    std::int32_t from, const std::function<void(std::int32_t done)>& progress,
                    const std::stop_token& stop, std::span<float> logits) {
  const auto total = static_cast<std::int32_t>(ids.size());
  std::vector<kernels::Row> rows;
  std::int32_t done = from;
  while (done < total) {
    if (stop.stop_requested()) {
      return Error{ErrorKind::cancelled, "Stopped."};
    }
    const std::int32_t piece = std::min({rows_, forward.max_rows(), total - done});
    rows.clear();
    for (std::int32_t position = done; position < done + piece; ++position) {
      rows.push_back({ids[static_cast<std::size_t>(position)], position, 0});
    }
    const bool last = done + piece == total;
    const std::int32_t last_row = piece - 1;
    const auto start = std::chrono::steady_clock::now();
    if (Status ran = forward.run(rows, last ? std::span(&last_row, 1) : std::span<std::int32_t>(),
                                 cache, stop, last ? logits : std::span<float>());
        !ran) {
      return ran;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double next = seconds_a_piece / std::max(took.count(), 1e-6) * piece;
    rows_ = static_cast<std::int32_t>(std::clamp(next, static_cast<double>(fewest_rows),
                                                 static_cast<double>(forward.max_rows())));
    done += piece;
    progress(done);
  }
  return {};
}

}  // namespace cria::engine
