// A team of threads that runs one job after another with little delay between them.
//
// A job is a number of chunks. Each thread has a range of neighbouring ones, so that it reads
// memory on and on; whoever is through with its own takes from the end of another's, so a thread
// whose core is taken by another program only keeps back the chunk that it holds. The calling
// thread takes part. Workers without a job spin for a moment and then sleep in the kernel until the
// next one.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace cria::kernels::cpu {

/// The physical cores this process may use, at least 1.
int physical_cores();

/// One thread at a time may call run().
class ThreadTeam {
 public:
  /// `threads` counts the caller. Fewer are used if the system gives no more.
  explicit ThreadTeam(int threads);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls work(chunk, member) once for every chunk in [0, chunks), member in [0, size()), and
  /// returns when all are done; everything they wrote is then visible. work must not throw, and
  /// must not call run().
  template <typename Work>
  void run(int chunks, Work&& work) {
    run_ranges(chunks, 1, [&](int begin, int, int member) { work(begin, member); });
  }

  /// The same with work(begin, end, member) for neighbouring chunks, at most `most` at once, 1 to
  /// 255: many at first, fewer as less is left to share out.
  template <typename Work>
  void run_ranges(int chunks, int most, Work&& work) {
    using Plain = std::remove_reference_t<Work>;
    run_job(
        chunks, most,
        [](void* context, int begin, int end, int member) {
          (*static_cast<Plain*>(context))(begin, end, member);
        },
        const_cast<void*>(static_cast<const void*>(&work)));
  }

 private:
  using Job = void (*)(void* context, int begin, int end, int member);
  struct Chunks {
    int begin = 0;
    int end = 0;  // the same where there is none
  };

  void run_job(int chunks, int most, Job job, void* context);
  void work(int member);
  /// Of the owner's range.
  Chunks take_from(int owner, bool front);
  void take_chunks(int member);
  /// Returns the first other one.
  int wait_for_epoch(int seen);

  // Read by waiting workers, written once a job.
  alignas(64) std::atomic<int> epoch_{0};
  std::atomic<bool> stop_{false};
  // What is left of a member's range: at most how many of it at once, its begin, its end. A chunk
  // can only be taken of a job that is not over, and while it is held the fields below stay as they
  // are; what decides how many are taken is read before, so it is here.
  struct Left {
    std::uint64_t most : 8;
    std::uint64_t begin : 28;
    std::uint64_t end : 28;
  };
  struct alignas(64) Range {
    std::atomic<Left> left{Left{}};
  };
  std::vector<Range> ranges_;
  Job job_ = nullptr;
  void* context_ = nullptr;
  alignas(64) std::atomic<int> done_{0};

  std::vector<std::thread> workers_;
};

}  // namespace cria::kernels::cpu
