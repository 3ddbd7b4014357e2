// The contract between the engine and a device: memory, and the seven stages of a Llama step.
//
// The forward pass is written once (engine/model/llama_forward) over these stages; every backend
// implements them under the same names. T is the number of rows of a step; a row is one token of
// one sequence at one position: a prefill has many rows of one sequence, variants have one row each
// of many sequences.
//
// Guarantee of every backend: a row's result depends on that row's own sequence only, bit for bit,
// not on how many rows share the step nor on the number of threads. So a reply is the same whether
// its prompt was prefilled at once, in pieces, or was found in the cache. A GPU keeps this among
// steps of at most BackendInfo::alike_rows rows; longer ones go through a library that promises
// nothing of the kind, and differ by rounding, as backends do from one another.
//
// Thread: one thread at a time uses a Backend and what it made (the engine thread).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/dtype.h"
#include "kernels/llama_shape.h"
#include "kernels/result.h"
#include "kernels/step_profile.h"
#include "kernels/tensor_view.h"
#include "kernels/weight_format.h"

namespace cria::kernels {

constexpr std::int32_t every_number_of_rows = std::numeric_limits<std::int32_t>::max();

/// What a backend runs on, for people and for `cria inspect --devices`.
struct BackendInfo {
  std::string device;           ///< "reference", "cpu", "cuda:0"
  std::string name;             ///< the processor's or card's own name
  std::string instruction_set;  ///< "scalar", "avx2", "avx512", "sm_90"
  int threads = 1;
  /// Steps of at most so many rows give a row the same bits.
  std::int32_t alike_rows = every_number_of_rows;
  std::vector<WeightFormat> precisions;  ///< weight formats it computes with
  std::uint64_t memory_available = 0;    ///< bytes free for weights and caches now
};

/// A weight matrix [rows, cols] (or vector, rows = 1) in the backend's own layout. Immutable.
class Tensor {
 public:
  virtual ~Tensor() = default;
  virtual std::int64_t rows() const = 0;
  virtual std::int64_t cols() const = 0;
  virtual WeightFormat format() const = 0;
  virtual std::size_t bytes() const = 0;  ///< read once per token
  virtual bool borrows() const = 0;       ///< true: the bytes of the TensorView are used in place
};

/// float32 activations [rows, cols], row-major.
class Buffer {
 public:
  virtual ~Buffer() = default;
  virtual std::int64_t rows() const = 0;
  virtual std::int64_t cols() const = 0;
};

/// K and V of every layer in `cells` cells. A cell holds one position of one sequence; which cell
/// that is, SequenceSpan says.
class KvCache {
 public:
  virtual ~KvCache() = default;
  virtual std::int32_t cells() const = 0;
  virtual DType type() const = 0;
  virtual std::size_t bytes() const = 0;
};

/// Where a sequence's positions lie in the cache: position p is cell prefix_cell + p while p <
/// prefix_length, and cell tail_cell + (p - prefix_length) after that. Sequences that share a
/// prompt share its cells.
struct SequenceSpan {
  std::int32_t prefix_cell = 0;
  std::int32_t prefix_length = 0;
  std::int32_t tail_cell = 0;

  std::int32_t cell_of(std::int32_t position) const {
    return position < prefix_length ? prefix_cell + position
                                    : tail_cell + (position - prefix_length);
  }
};

/// One token to compute. Rows of a sequence stand in ascending position order within a step, and
/// every earlier position is in the cache already or earlier in the same step.
struct Row {
  std::int32_t token = 0;
  std::int32_t position = 0;
  std::int32_t sequence = 0;  ///< index into Step::sequences
};

/// One pass through the model. Borrowed; valid while Backend::run runs.
struct Step {
  const LlamaShape* shape = nullptr;
  std::span<const Row> rows;  ///< T
  std::span<const SequenceSpan> sequences;
  std::span<const float> rope_cos;  ///< [T, rotary_dim / 2], any rope scaling already inside
  std::span<const float> rope_sin;  ///< [T, rotary_dim / 2]
  std::span<const std::int32_t> logit_rows;  ///< R rows whose logits are asked for, ascending
};

/// y = weight . x (+ bias). weight [out, in], bias [1, out] or null. The weight's format says to
/// what x is rounded first (weight_format.h).
struct Projection {
  const Tensor* weight = nullptr;
  const Tensor* bias = nullptr;
};

struct AttentionInWeights {
  const Tensor* norm = nullptr;  ///< [1, hidden]
  Projection q;                  ///< [heads * head_dim, hidden]
  Projection k;                  ///< [kv_heads * head_dim, hidden]
  Projection v;                  ///< [kv_heads * head_dim, hidden]
};

struct FfnInWeights {
  const Tensor* norm = nullptr;  ///< [1, hidden]
  Projection gate;               ///< [intermediate, hidden]
  Projection up;                 ///< [intermediate, hidden]
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual BackendInfo info() const = 0;

  // --- memory
  // -------------------------------------------------------------------------------------------

  /// Converts `source` to `precision` (rounding to nearest even, or as quantisation.h says) in the
  /// backend's layout, checking every value on the way. If the result borrows(), the source's bytes
  /// must outlive the tensor. Vectors (norms, biases) are asked for in f32. Errors: checkpoint (a
  /// NaN or infinity, or a value too large for `precision`, with its row and column), device (out
  /// of memory).
  virtual Result<std::unique_ptr<Tensor>> make_tensor(const TensorView& source,
                                                      WeightFormat precision) = 0;
  /// Zeroed. Errors: device (out of memory).
  virtual Result<std::unique_ptr<Buffer>> make_buffer(std::int64_t rows, std::int64_t cols) = 0;
  /// Errors: device (out of memory).
  virtual Result<std::unique_ptr<KvCache>> make_kv_cache(const LlamaShape& shape,
                                                         std::int32_t cells, DType type) = 0;
  /// Copies `count` cells of every layer. The ranges do not overlap.
  virtual void copy_cells(KvCache& cache, std::int32_t from, std::int32_t to,
                          std::int32_t count) = 0;
  /// K and V of one cell, [kv_heads, head_dim] each, as float32 (tests, inspection).
  virtual void read_cell(const KvCache& cache, std::int32_t layer, std::int32_t cell,
                         std::span<float> k, std::span<float> v) const = 0;
  /// Fills / reads rows [0, values.size() / cols) of a buffer; read waits for the device.
  virtual void write(Buffer& buffer, std::span<const float> values) = 0;
  virtual void read(const Buffer& buffer, std::span<float> values) const = 0;

  // --- a step
  // -------------------------------------------------------------------------------------------

  /// Runs `stages`, which calls the seven stages below for `step` in the model's order. A backend
  /// may call it twice (and does nothing the first time but listen), so it gives the same calls
  /// each time when T is at most 8. `stop` is asked between layers by the caller, not here. Errors:
  /// device (lost, out of memory): then nothing that the step wrote counts.
  virtual Status run(const Step& step, const std::function<void()>& stages) = 0;

  /// Measures a step of at most alike_rows rows on the device: runs each stage on its own, several
  /// times, so that what buffers and cache hold afterwards counts for nothing. `stages` as in
  /// run(). Errors: device (also: this device does not measure), usage (too many rows).
  virtual Result<StepProfile> profile(const Step& step, const std::function<void()>& stages) {
    static_cast<void>(step);
    static_cast<void>(stages);
    return Error{ErrorKind::device, "the device " + info().device + " does not measure a step"};
  }

  /// Rows of the embedding table. table [vocab, hidden] -> x [T, hidden]
  virtual void embed(const Tensor& table, const Step& step, Buffer& x) = 0;

  /// RMSNorm, Q/K/V projections (+ bias), RoPE on q and k over the pairs (i, i + rotary_dim/2), K
  /// and V written to the cells of `layer`. x [T, hidden] -> q [T, heads * head_dim]
  virtual void attention_in(const AttentionInWeights& weights, const Step& step, const Buffer& x,
                            Buffer& q, KvCache& cache, std::int32_t layer) = 0;

  /// Causal attention of each row over positions 0..its own; head h reads kv head h / (heads /
  /// kv_heads). softmax(q.k * attention_scale) . v in float32. q [T, heads * head_dim] -> a [T,
  /// heads * head_dim]
  virtual void attend(const Step& step, const Buffer& q, const KvCache& cache, std::int32_t layer,
                      Buffer& a) = 0;

  /// x += o(a). a [T, heads * head_dim] -> x [T, hidden]
  virtual void attention_out(const Projection& o, const Step& step, const Buffer& a, Buffer& x) = 0;

  /// RMSNorm, then silu(gate) * up. x [T, hidden] -> h [T, intermediate]
  virtual void ffn_in(const FfnInWeights& weights, const Step& step, const Buffer& x,
                      Buffer& h) = 0;

  /// x += down(h). h [T, intermediate] -> x [T, hidden]
  virtual void ffn_out(const Projection& down, const Step& step, const Buffer& h, Buffer& x) = 0;

  /// Final RMSNorm and head for the rows step.logit_rows. x [T, hidden] -> logits [R, vocab]
  virtual void logits(const Tensor& norm, const Tensor& head, const Step& step, const Buffer& x,
                      Buffer& logits) = 0;
};

}  // namespace cria::kernels
