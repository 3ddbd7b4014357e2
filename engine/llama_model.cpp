#include "engine/llama_model.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/checkpoint/tensor_source.h"
#include "engine/checkpoint_path.h"
#include "engine/llama_session.h"
#include "engine/model/llama_forward.h"
#include "engine/model/load_weights.h"
#include "engine/model/memory_plan.h"
#include "engine/model_name.h"
#include "engine/prompt/chat_template.h"
#include "engine/prompt/generation_config.h"
#include "engine/prompt/recognize_chat_template.h"
#include "engine/step_profile.h"
#include "kernels/factory.h"

namespace cria::engine {

namespace {

// What the first replies need; the cache grows with the conversation.
constexpr std::int32_t planned_positions = 1024;

std::string describe(const kernels::BackendInfo& device) {
  if (device.device.starts_with("cuda")) {
    return device.name + " (" + device.instruction_set + ")";
  }
  return device.name + " (" + device.instruction_set + ", " + std::to_string(device.threads) +
         (device.threads == 1 ? " thread)" : " threads)");
}

}  // namespace

Result<std::unique_ptr<Model>> LlamaModel::open(
    const std::filesystem::path& path, const LoadOptions& options,
    const std::function<void(const LoadProgress&)>& progress, const std::stop_token& stop) {
  const auto start = std::chrono::steady_clock::now();
  const std::filesystem::path folder = checkpoint_folder(path);
  std::unique_ptr<LlamaModel> model(new LlamaModel());

  const auto asked = parse_precision(options.precision);
  if (!asked) {
    return asked.error();
  }
  auto opened = open_tensors(path);
  if (!opened) {
    return opened.error();
  }
  const std::shared_ptr<const TensorSource> source = *std::move(opened);
  auto config = read_config(folder);
  if (!config) {
    return config.error();
  }
  model->config_ = *std::move(config);
  if (Status read = model->read_text_files(folder); !read) {
    return read.error();
  }

  const auto report = [&](std::uint64_t done, std::uint64_t total) {
    if (progress) {
      progress({done, total});
    }
  };
  std::string why_no_gpu;
  Status loaded = model->load(options, source, *asked, report, stop, why_no_gpu);
  if (!loaded && options.device == "auto" && loaded.error().kind == ErrorKind::device &&
      model->backend_ && model->backend_->info().device.starts_with("cuda")) {
    why_no_gpu = loaded.error().message;
    model->weights_ = {};
    LoadOptions on_cpu = options;
    on_cpu.device = "cpu";
    std::string unused;
    loaded = model->load(on_cpu, source, *asked, report, stop, unused);
  }
  if (!loaded) {
    return loaded.error();
  }
  const kernels::BackendInfo device = model->backend_->info();

  ModelInfo& info = model->info_;
  info.path = path;
  info.name = readable_name(folder);
  info.format = source->format();
  info.parameters = model->config_.parameters();
  info.layer_parameters = model->config_.layer_parameters();
  info.vocab_size = model->config_.vocab_size;
  info.context_length = model->config_.context_length();
  info.device = device.device;
  info.device_name = describe(device);
  info.precision = name_of(model->weights_.precision);
  info.threads = device.threads;
  info.weight_bytes = model->weights_.bytes;
  info.weight_bytes_per_token =
      model->weights_.bytes -
      (model->weights_.lm_head ? model->weights_.embed_tokens->bytes() : std::uint64_t{0});
  info.kv_bytes_per_token =
      kv_bytes_per_token(model->config_, kv_cache_type(model->weights_.precision));
  if (!why_no_gpu.empty()) {
    info.notes.push_back("The CPU computes, not a GPU: " + why_no_gpu + ".");
  }
  info.notes.insert(info.notes.end(), model->weights_.notes.begin(), model->weights_.notes.end());
  info.load_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return std::unique_ptr<Model>(std::move(model));
}

// Opens the device that `options` names and puts the weights on it.
Status LlamaModel::load(const LoadOptions& options,
                        const std::shared_ptr<const TensorSource>& source,
                        std::optional<kernels::WeightFormat> asked, const WeightsProgress& progress,
                        const std::stop_token& stop, std::string& why_no_gpu) {
  kernels::BackendOptions wanted;
  wanted.device = options.device;
  wanted.threads = options.threads;
  wanted.instruction_set = options.instruction_set;
  wanted.cuda_plugin = options.cuda_plugin;
  auto backend = kernels::open_backend(wanted, &why_no_gpu);
  if (!backend) {
    return backend.error();
  }
  backend_ = *std::move(backend);
  const kernels::BackendInfo device = backend_->info();
  const auto precision = choose_precision(*source, asked, device);
  if (!precision) {
    return precision.error();
  }
  const MemoryPlan plan = plan_memory(config_, *precision, kv_cache_type(*precision),
                                      std::min(config_.context_length(), planned_positions),
                                      LlamaSession::max_rows, LlamaSession::max_sequences);
  if (Status fits = check_memory(plan, device); !fits) {
    return fits;
  }
  auto weights = load_weights(source, config_, *backend_, asked, progress, stop);
  if (!weights) {
    return weights.error();
  }
  weights_ = *std::move(weights);
  return {};
}

// Tokenizer, chat template and generation_config.json.
Status LlamaModel::read_text_files(const std::filesystem::path& folder) {
  auto tokenizer = open_tokenizer(folder);
  std::error_code ignored;
  if (tokenizer) {
    tokenizer_ = *std::move(tokenizer);
    const auto format = recognize_chat_template(folder, *tokenizer_);
    if (!format) {
      return format.error();
    }
    info_.chat_tuned = format->chat_tuned;
    info_.chat_template = format->chat_template;
    info_.add_bos = tokenizer_->add_bos_by_default();
    if (tokenizer_->vocab_size() > config_.vocab_size) {
      info_.notes.push_back("The tokenizer has " + std::to_string(tokenizer_->vocab_size()) +
                            " tokens, but the model knows only the first " +
                            std::to_string(config_.vocab_size) + ".");
    }
  } else if (!std::filesystem::exists(folder / "tokenizer.model", ignored)) {
    no_tokenizer_ = tokenizer.error().message;
    info_.notes.push_back(no_tokenizer_);
  } else {
    return tokenizer.error();
  }
  auto defaults = read_generation_settings(folder);
  if (!defaults) {
    return defaults.error();
  }
  info_.defaults = *std::move(defaults);
  if (info_.defaults.eos_token_id.empty()) {
    info_.defaults.eos_token_id = config_.eos_token_id;
  }
  if (Status valid = validate(info_.defaults); !valid) {
    info_.notes.push_back("generation_config.json is not used: " + valid.error().message);
    info_.defaults = {};
    info_.defaults.eos_token_id = config_.eos_token_id;
  }
  return {};
}

Result<std::unique_ptr<Session>> LlamaModel::new_session(const SessionOptions& options) {
  return LlamaSession::create(*this, options);
}

Result<kernels::StepProfile> LlamaModel::profile(std::int32_t position) {
  if (position < 0 || position >= config_.context_length()) {
    return Error{ErrorKind::usage, "Position " + std::to_string(position) +
                                       " is outside the context of " +
                                       std::to_string(config_.context_length()) + "."};
  }
  auto forward = LlamaForward::create(*backend_, config_, weights_, 1, 1);
  if (!forward) {
    return forward.error();
  }
  const auto cells =
      backend_->make_kv_cache(config_.shape(), position + 1, kv_cache_type(weights_.precision));
  if (!cells) {
    return cells.error();
  }
  return (*forward)->profile(position, **cells);
}

PromptReader LlamaModel::prompt_reader() const {
  PromptReader reader;
  reader.tokenizer = tokenizer_.get();
  reader.no_tokenizer = no_tokenizer_;
  reader.own_template = info_.chat_template;
  reader.bos = tokenizer_ && tokenizer_->bos() ? tokenizer_->bos() : config_.bos_token_id;
  reader.vocab_size = config_.vocab_size;
  return reader;
}

std::vector<std::int32_t> LlamaModel::extra_eos(const Prompt& prompt) const {
  if (!tokenizer_ || prompt.mode != PromptMode::chat || !prompt.ids.empty()) {
    return {};
  }
  return eos_ids(prompt.chat_template.value_or(info_.chat_template), *tokenizer_);
}

Result<TokenizedText> LlamaModel::tokenize(const Prompt& prompt) const {
  auto read = read_prompt(prompt, prompt_reader());
  if (!read) {
    return read.error();
  }
  TokenizedText text;
  text.ids = std::move(read->ids);
  for (const std::int32_t id : text.ids) {
    text.pieces.push_back(tokenizer_ ? tokenizer_->piece(id) : std::string());
  }
  return text;
}

std::string LlamaModel::detokenize(std::span<const std::int32_t> ids) const {
  return tokenizer_ ? tokenizer_->decode(ids, true) : std::string();
}

std::vector<std::string> LlamaModel::stop_strings(ChatTemplate chat_template) const {
  return tokenizer_ ? engine::stop_strings(chat_template, *tokenizer_) : std::vector<std::string>();
}

Result<StepProfile> profile_step(Model& model, std::int32_t position) {
  auto* const llama = dynamic_cast<LlamaModel*>(&model);
  if (llama == nullptr) {
    return Error{ErrorKind::device, "This model is on no device that measures."};
  }
  return llama->profile(position);
}

}  // namespace cria::engine
