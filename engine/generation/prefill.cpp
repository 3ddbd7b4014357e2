#include "engine/generation/prefill.h"

#include <algorithm>
#include <vector>

namespace cria::engine {

Status prefill(LlamaForward& forward, KvCache& cache, std::span<const std::int32_t> ids,
               std::int32_t from, const std::function<void(std::int32_t done)>& progress,
               const std::stop_token& stop, std::span<float> logits) {
  const auto total = static_cast<std::int32_t>(ids.size());
  std::vector<kernels::Row> rows;
  std::int32_t done = from;
  while (done < total) {
    if (stop.stop_requested()) {
      return Error{ErrorKind::cancelled, "Stopped."};
    }
    const std::int32_t piece = std::min(forward.max_rows(), total - done);
    rows.clear();
    for (std::int32_t position = done; position < done + piece; ++position) {
      rows.push_back({ids[static_cast<std::size_t>(position)], position, 0});
    }
    const bool last = done + piece == total;
    const std::int32_t last_row = piece - 1;
    const auto on_layer = [&](double share) {
      progress(done + static_cast<std::int32_t>(share * piece));
    };
    if (Status ran = forward.run(rows, last ? std::span(&last_row, 1) : std::span<std::int32_t>(),
                                 cache, stop, last ? logits : std::span<float>(), on_layer);
        !ran) {
      return ran;
    }
    done += piece;
    progress(done);
  }
  return {};
}

}  // namespace cria::engine
