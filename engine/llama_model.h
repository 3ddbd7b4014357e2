// Model of engine.h: a Llama checkpoint on a device.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/generation/prompt_ids.h"
#include "engine/model/config.h"
#include "engine/model/load_weights.h"
#include "engine/model/weights.h"
#include "engine/tokenizer/tokenizer.h"
#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::engine {

class LlamaModel final : public Model {
 public:
  /// As Engine::open.
  static Result<std::unique_ptr<Model>> open(
      const std::filesystem::path& path, const LoadOptions& options,
      const std::function<void(const LoadProgress&)>& progress, const std::stop_token& stop);

  const ModelInfo& info() const override { return info_; }
  Result<std::unique_ptr<Session>> new_session(const SessionOptions& options) override;
  Result<TokenizedText> tokenize(const Prompt& prompt) const override;
  std::string detokenize(std::span<const std::int32_t> ids) const override;
  std::vector<std::string> stop_strings(ChatTemplate chat_template) const override;
  std::uint64_t memory_available() const override { return backend_->info().memory_available; }

  /// As profile_step.
  Result<kernels::StepProfile> profile(std::int32_t position);

  // --- for its sessions
  kernels::Backend& backend() { return *backend_; }
  const LlamaConfig& config() const { return config_; }
  const LlamaWeights& weights() const { return weights_; }
  PromptReader prompt_reader() const;
  /// The ids that end a reply to `prompt` besides the settings' (a chat template's own).
  std::vector<std::int32_t> extra_eos(const Prompt& prompt) const;

 private:
  LlamaModel() = default;
  Status load(const LoadOptions& options, const std::shared_ptr<const TensorSource>& source,
              std::optional<kernels::WeightFormat> asked, const WeightsProgress& progress,
              const std::stop_token& stop, std::string& why_no_gpu);
  Status read_text_files(const std::filesystem::path& folder);

  ModelInfo info_;
  LlamaConfig config_;
  std::unique_ptr<Tokenizer> tokenizer_;  // null: ids only
  std::string no_tokenizer_;              // why
  std::unique_ptr<kernels::Backend> backend_;
  LlamaWeights weights_;  // dies before the backend
};

}  // namespace cria::engine
