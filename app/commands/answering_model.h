// The checkpoint that a command's replies come from, on the CPU from the moment a GPU that Cria
// chose is lost.
#pragma once

#include <memory>

#include "app/commands/command.h"
#include "app/commands/model_options.h"

namespace cria::app {

class AnsweringModel {
 public:
  /// Errors: open_model's, and Model::new_session's. Borrows the context.
  static Result<AnsweringModel> open(CommandContext& context, const ModelOptions& options);

  const engine::Model& model() const { return *model_; }
  /// As Session::generate; where `--device auto` chose a GPU that fails, the CPU carries on with
  /// the same replies, and a note says so.
  Result<engine::GenerationResult> generate(const engine::GenerationRequest& request,
                                            engine::GenerationObserver& observer);

 private:
  AnsweringModel(CommandContext& context, ModelOptions options)
      : context_(&context), options_(std::move(options)) {}

  Status load();
  bool move_to_cpu(const Error& failure);

  CommandContext* context_;
  ModelOptions options_;
  std::unique_ptr<engine::Model> model_;
  std::unique_ptr<engine::Session> session_;  // destroyed before its model
};

}  // namespace cria::app
