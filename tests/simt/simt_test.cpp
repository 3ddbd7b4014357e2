// The simulated card: that it computes what a card would, and that each check finds its fault, in
// every order of threads.
#include <QtTest>
#include <cstring>
#include <vector>

#include "tests/simt/faulty_kernels.h"
#include "tests/simt/include/runtime_api.h"
#include "tests/simt/machine/cards.h"
#include "tests/simt/machine/fault.h"

using namespace simt;
using namespace simt::testing;

namespace {

/// A stream of a card, card memory of 128 elements, and pinned memory as large.
class Bench {
 public:
  explicit Bench(int card) : card_(card) {
    cudaSetDevice(card);
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    cudaMalloc(&card_memory, bytes);
    cudaMalloc(&result, bytes);
    cudaHostAlloc(&pinned, bytes, cudaHostAllocDefault);
  }
  ~Bench() {
    cudaStreamDestroy(stream);
    cudaFree(card_memory);
    cudaFree(result);
    cudaFreeHost(pinned);
    cards()[static_cast<std::size_t>(card_)].lost = cudaSuccess;
    take_fault();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) floats()[i] = static_cast<float>(i);
    cudaMemcpyAsync(card_memory, pinned, count * sizeof(float), cudaMemcpyHostToDevice, stream);
    cudaStreamSynchronize(stream);
  }
  /// What lies at `result` after all work on the stream.
  template <typename T>
  std::vector<T> fetch(std::size_t count) {
    cudaMemcpyAsync(pinned, result, count * sizeof(T), cudaMemcpyDeviceToHost, stream);
    cudaStreamSynchronize(stream);
    std::vector<T> values(count);
    std::memcpy(values.data(), pinned, count * sizeof(T));
    return values;
  }
  FaultKind fault_of(cudaError_t launched) {
    const cudaError_t ran = cudaStreamSynchronize(stream);
    const FaultKind kind = take_fault().kind;
    const bool failed = launched != cudaSuccess || ran != cudaSuccess;
    return failed == (kind != FaultKind::none) ? kind : FaultKind::bad_call;
  }

  float* floats() { return static_cast<float*>(pinned); }
  const float* in() const { return static_cast<const float*>(card_memory); }
  int* ints() const { return static_cast<int*>(result); }
  float* out() const { return static_cast<float*>(result); }

  static constexpr std::size_t bytes = 512;
  cudaStream_t stream = nullptr;
  void* card_memory = nullptr;
  void* result = nullptr;
  void* pinned = nullptr;

 private:
  int card_;
};

}  // namespace

class SimtTest : public QObject {
  Q_OBJECT

 private slots:
  void computes_data() { orders(); }
  void computes();
  void finds_faults_of_kernels_data() { orders(); }
  void finds_faults_of_kernels();
  void finds_faults_of_the_host();
  void does_work_late_and_graphs_again();
  void loses_a_card_for_good();

 private:
  static void orders() {
    QTest::addColumn<int>("card");
    QTest::newRow("forward") << 0;
    QTest::newRow("reverse") << 1;
    QTest::newRow("shuffled") << 2;
  }
};

void SimtTest::computes() {
  QFETCH(int, card);
  Bench bench(card);
  QCOMPARE(bench.fault_of(write_all(bench.stream, bench.ints(), 3)), FaultKind::none);
  const auto ints = bench.fetch<int>(128);
  for (int i = 0; i < 128; ++i) QCOMPARE(ints[static_cast<std::size_t>(i)], 3 * i);
  bench.fill(64);
  QCOMPARE(bench.fault_of(sum(bench.stream, bench.in(), bench.out(), true)), FaultKind::none);
  QCOMPARE(bench.fetch<float>(1)[0], 2016.0F);
  QCOMPARE(bench.fault_of(reverse(bench.stream, bench.in(), bench.out(), 64)), FaultKind::none);
  QCOMPARE(bench.fetch<float>(64)[0], 63.0F);
  QCOMPARE(bench.fault_of(pass_within_warp(bench.stream, bench.ints(), true)), FaultKind::none);
  QCOMPARE(bench.fetch<int>(1)[0], 7);
}

void SimtTest::finds_faults_of_kernels() {
  QFETCH(int, card);
  const auto found = [card](FaultKind expected, const auto& run) {
    Bench bench(card);
    bench.fill(64);
    QCOMPARE(bench.fault_of(run(bench)), expected);
  };
  found(FaultKind::none, [](Bench& b) { return add_range(b.stream, b.in(), 0, 64, b.out()); });
  found(FaultKind::unwritten, [](Bench& b) { return add_range(b.stream, b.in(), 0, 65, b.out()); });
  found(FaultKind::out_of_bounds,
        [](Bench& b) { return add_range(b.stream, b.in(), -1, 2, b.out()); });
  found(FaultKind::out_of_bounds, [](Bench& b) {
    return write_all(b.stream, b.ints() + 1, 1);  // one past the end
  });
  found(FaultKind::out_of_bounds, [](Bench& b) { return reverse(b.stream, b.in(), b.out(), 63); });
  found(FaultKind::none, [](Bench& b) { return read_wide(b.stream, b.in(), 4, b.out()); });
  found(FaultKind::misaligned, [](Bench& b) { return read_wide(b.stream, b.in(), 2, b.out()); });
  found(FaultKind::race, [](Bench& b) { return sum(b.stream, b.in(), b.out(), false); });
  found(FaultKind::none, [](Bench& b) { return barrier_for_some(b.stream, 64, b.ints()); });
  found(FaultKind::barrier, [](Bench& b) { return barrier_for_some(b.stream, 63, b.ints()); });
  found(FaultKind::barrier, [](Bench& b) { return exchange_without_one(b.stream, b.ints()); });
  found(FaultKind::race, [](Bench& b) { return pass_within_warp(b.stream, b.ints(), false); });
  found(FaultKind::unwritten, [](Bench& b) { return read_unwritten_shared(b.stream, b.ints()); });
  found(FaultKind::bad_launch, [](Bench& b) { return take_shared(b.stream, 50000, b.ints()); });
  found(FaultKind::host_memory,
        [](Bench& b) { return add_range(b.stream, b.floats(), 0, 1, b.out()); });
  found(FaultKind::out_of_bounds, [](Bench& b) {
    void* freed = std::exchange(b.card_memory, nullptr);
    cudaFree(freed);
    return add_range(b.stream, static_cast<float*>(freed), 0, 1, b.out());
  });
}

void SimtTest::finds_faults_of_the_host() {
  Bench bench(0);
  bench.fill(64);
  read_on_host(static_cast<const int*>(bench.card_memory));
  QCOMPARE(take_fault().kind, FaultKind::host_memory);
  float pageable[4] = {};
  cudaMemcpyAsync(bench.card_memory, pageable, sizeof pageable, cudaMemcpyHostToDevice,
                  bench.stream);
  QCOMPARE(bench.fault_of(cudaSuccess), FaultKind::bad_call);
  Bench second(1);
  second.fill(64);
  cudaMemcpyAsync(second.pinned, second.card_memory, 260, cudaMemcpyDeviceToHost, second.stream);
  QCOMPARE(second.fault_of(cudaSuccess), FaultKind::unwritten);
}

// A copy from pinned memory that the host overwrites too early takes what it finds then.
void SimtTest::does_work_late_and_graphs_again() {
  Bench bench(0);
  bench.floats()[0] = 1;
  cudaMemcpyAsync(bench.card_memory, bench.pinned, 4, cudaMemcpyHostToDevice, bench.stream);
  bench.floats()[0] = 2;
  QCOMPARE(add_range(bench.stream, bench.in(), 0, 1, bench.out()), cudaSuccess);
  QCOMPARE(bench.fetch<float>(1)[0], 2.0F);

  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  cudaStreamBeginCapture(bench.stream, cudaStreamCaptureModeThreadLocal);
  cudaMemcpyAsync(bench.card_memory, bench.pinned, 4, cudaMemcpyHostToDevice, bench.stream);
  add_range(bench.stream, bench.in(), 0, 1, bench.out());
  QCOMPARE(cudaStreamEndCapture(bench.stream, &graph), cudaSuccess);
  cudaGraphInstantiate(&exec, graph, 0);
  cudaGraphDestroy(graph);
  for (const float value : {5.0F, 6.0F}) {
    bench.floats()[0] = value;
    cudaGraphLaunch(exec, bench.stream);
    QCOMPARE(bench.fetch<float>(1)[0], value);
  }
  cudaGraphExecDestroy(exec);
}

void SimtTest::loses_a_card_for_good() {
  Bench bench(5);
  bench.fill(64);
  for (int i = 0; i < 100; ++i)
    QCOMPARE(add_range(bench.stream, bench.in(), 0, 1, bench.out()), cudaSuccess);
  QCOMPARE(cudaStreamSynchronize(bench.stream), cudaSuccess);
  add_range(bench.stream, bench.in(), 0, 1, bench.out());
  QCOMPARE(cudaStreamSynchronize(bench.stream), cudaErrorLaunchFailure);
  void* more = nullptr;
  QCOMPARE(cudaMalloc(&more, 16), cudaErrorLaunchFailure);
}

QTEST_APPLESS_MAIN(SimtTest)
#include "simt_test.moc"
