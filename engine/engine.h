// The one door to the engine: open a checkpoint, start a session, generate.
//
// Interfaces, so that the app's tests and its offline variant can put a fake behind them.
// Everything here is used by one thread at a time (the engine thread); only std::stop_token crosses
// threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generation/request.h"
#include "engine/prompt/prompt.h"
#include "engine/sampling/settings.h"
#include "kernels/result.h"

namespace cria::engine {

/// Hears of a generation while it runs, on the engine's thread.
class GenerationObserver {
 public:
  virtual ~GenerationObserver() = default;
  /// Asked before each token: what it returns acts on that token.
  virtual GenerationSettings settings() = 0;
  virtual void on_prompt(const PromptReport& report) = 0;
  /// Called between the layers of a prefill batch: how many of `total` prompt tokens are in the
  /// cache or, of the work on the present batch, would be by now.
  virtual void on_prefill(std::int32_t done, std::int32_t total) = 0;
  virtual void on_token(const TokenEvent& token) = 0;
  /// The context was full in mid-reply and `dropped_tokens` were left out (ContextPolicy::slide).
  virtual void on_context_slid(std::int32_t dropped_tokens) = 0;
};

struct TokenizedText {
  std::vector<std::int32_t> ids;
  std::vector<std::string> pieces;
};

struct SessionOptions {
  std::int32_t max_context = 0;  ///< 0, or more than it: ModelInfo::context_length
};

/// One KV cache and the loop that fills it. Keeps the tokens of the last turn, so that the next
/// turn computes only what is new.
class Session {
 public:
  virtual ~Session() = default;
  /// Errors: usage (prompt too long, a setting out of range, also one that came in mid-reply),
  /// device. A stop is no error: the sequences come back with what they have and
  /// FinishReason::cancelled; their text may then be a few bytes longer than what on_token heard.
  virtual Result<GenerationResult> generate(const GenerationRequest& request,
                                            GenerationObserver& observer,
                                            const std::stop_token& stop) = 0;
  /// Row-major [ids.size() or 1, vocab_size] float32 logits after each (or the last) id.
  /// Leaves the conversation in the cache alone, and may go past the context. Errors: usage,
  /// device.
  virtual Result<std::vector<float>> logits(std::span<const std::int32_t> ids,
                                            bool all_positions) = 0;
};

/// What is known of an open checkpoint.
struct ModelInfo {
  std::filesystem::path path;
  std::string name;    ///< the folder's name, made readable
  std::string format;  ///< "safetensors", "safetensors (3 shards)", "pytorch", ..
  std::uint64_t parameters = 0;
  std::uint64_t layer_parameters = 0;  ///< of these, neither embedding table nor head
  std::int32_t vocab_size = 0;
  std::int32_t context_length = 0;
  std::string device;                        ///< "cpu"
  std::string device_name;                   ///< "Intel Xeon .. (avx512, 2 threads)"
  std::string precision;                     ///< "f16"
  int threads = 1;                           ///< of the processor, that compute
  std::uint64_t weight_bytes = 0;            ///< as computed with
  std::uint64_t weight_bytes_per_token = 0;  ///< of these, what a token reads: a table beside a
                                             ///< head gives one row
  std::uint64_t kv_bytes_per_token = 0;
  bool chat_tuned = false;                           ///< opens in chat mode, else in complete mode
  ChatTemplate chat_template = ChatTemplate::plain;  ///< recognised, or plain
  bool add_bos = true;                               ///< the tokenizer's default
  GenerationSettings defaults;  ///< generation_config.json over transformers' defaults
  double load_ms = 0;
  std::vector<std::string> notes;  ///< a sentence each: what was decided, or cannot be done
};

/// An open checkpoint: weights on a device, tokenizer, templates. A checkpoint without
/// tokenizer.model opens too (ModelInfo::notes says so): it takes and gives ids only, text is a
/// usage error and its replies' text is empty.
class Model {
 public:
  virtual ~Model() = default;
  virtual const ModelInfo& info() const = 0;
  virtual Result<std::unique_ptr<Session>> new_session(
      const SessionOptions& options) = 0;  ///< outlived by the model
  /// The ids that `prompt` becomes; a new reply would start behind them.
  virtual Result<TokenizedText> tokenize(const Prompt& prompt) const = 0;
  /// The text of generated ids, special tokens left out.
  virtual std::string detokenize(std::span<const std::int32_t> ids) const = 0;
  /// The stop strings that a chat template needs besides eos (plain: "\nUser:").
  virtual std::vector<std::string> stop_strings(ChatTemplate chat_template) const = 0;
  /// What its device has free now, in bytes.
  virtual std::uint64_t memory_available() const = 0;
};

struct LoadOptions {
  std::string device = "auto";     ///< "auto", "cpu", "cuda", "cuda:1" (the second GPU)
  std::string precision = "auto";  ///< "auto", "f32", "f16", "bf16", "q8", "q4"
  int threads = 0;                 ///< 0: one a physical core
  std::string instruction_set;     ///< tests only; "" picks the best
  std::string cuda_plugin = {};    ///< tests only; "" finds the CUDA engine where Cria keeps it
};

struct LoadProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
};

struct InspectedTensor {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
};

/// What `cria inspect` prints; made without loading weights.
struct Inspection {
  std::string format;
  std::string config_json;  ///< the config.json as it lies there
  std::vector<InspectedTensor> tensors;
  std::uint64_t total_bytes = 0;
  std::vector<std::string> problems;  ///< a sentence each; empty: it can be opened
};

struct DeviceInfo {
  std::string device;
  std::string name;
  std::string instruction_set;
  int threads = 0;
  std::uint64_t memory_available = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  /// `path` is a folder, or a weight file in one. Progress comes on this thread. Errors:
  /// checkpoint, device (also: would not fit in memory, with the numbers), usage, cancelled.
  /// Nothing stays allocated on error.
  virtual Result<std::unique_ptr<Model>> open(
      const std::filesystem::path& path, const LoadOptions& options,
      const std::function<void(const LoadProgress&)>& progress, const std::stop_token& stop) = 0;
  /// Errors: checkpoint, only when there is nothing to look at; all else is in
  /// Inspection::problems.
  virtual Result<Inspection> inspect(const std::filesystem::path& path) = 0;
  virtual std::vector<DeviceInfo> devices() = 0;
};

/// The real one.
std::unique_ptr<Engine> make_engine();

/// What `text` becomes by the tokenizer that lies in `folder`; no weights are needed there.
/// `add_bos` none: the tokenizer's default. Errors: checkpoint.
Result<TokenizedText> tokenize(const std::filesystem::path& folder, std::string_view text,
                               std::optional<bool> add_bos);

}  // namespace cria::engine
