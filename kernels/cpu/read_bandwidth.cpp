#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>

#include "kernels/cpu/memory.h"
#include "kernels/cpu/processor.h"
#include "kernels/cpu/thread_team.h"
#include "kernels/machine_limits.h"

namespace cria::kernels {
namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;
constexpr int chunks = 2048;
constexpr int passes = 12;
constexpr std::size_t line = 64;
constexpr std::size_t bytes_ahead = 4096;

// The program's other functions do without wide registers; this one needs a processor that
// runnable_kernels() is not empty on.
#if defined(__x86_64__)
#define CRIA_WIDE __attribute__((target("avx2")))
#else
#define CRIA_WIDE
#endif

/// The sum keeps the compiler from leaving the reading out.
CRIA_WIDE std::uint64_t read_all(const std::byte* from) {
  using Vector = std::uint64_t __attribute__((vector_size(32), may_alias));
  Vector sums[8] = {};
  for (std::size_t at = 0; at < chunk_bytes; at += sizeof sums) {
    for (std::size_t i = 0; i < sizeof sums; i += line)
      __builtin_prefetch(from + at + bytes_ahead + i);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 8; ++i)
      sums[i] += *reinterpret_cast<const Vector*>(from + at + i * sizeof(Vector));
  }
  Vector all = sums[0];
  for (std::size_t i = 1; i < 8; ++i) all += sums[i];
  return all[0] + all[1] + all[2] + all[3];
}

}  // namespace

double measure_read_bandwidth(int threads) {
  Result<cpu::Memory> memory = cpu::Memory::allocate("measuring", chunks, chunk_bytes, 1);
  if (!memory || cpu::runnable_kernels().empty()) return 0;
  std::byte* const block = memory->data();
  cpu::ThreadTeam team(std::max(threads, 1));
  const auto begin = [block](int chunk) {
    return block + static_cast<std::size_t>(chunk) * chunk_bytes;
  };
  team.run(chunks, [&](int chunk, int) { std::memset(begin(chunk), 1, chunk_bytes); });
  std::atomic<std::uint64_t> sink{0};
  double best = 0;
  for (int pass = 0; pass < passes; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    team.run(chunks, [&](int chunk, int) { sink += read_all(begin(chunk)); });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(chunk_bytes) * chunks / seconds.count());
  }
  return best;
}

}  // namespace cria::kernels
