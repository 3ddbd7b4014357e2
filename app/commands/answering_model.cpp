#include "app/commands/answering_model.h"

#include <utility>

#include "engine/carried_on.h"

namespace cria::app {

Result<AnsweringModel> AnsweringModel::open(CommandContext& context, const ModelOptions& options) {
  AnsweringModel answering(context, options);
  if (const Status loaded = answering.load(); !loaded) return loaded.error();
  return answering;
}

Status AnsweringModel::load() {
  auto model = open_model(*context_, options_);
  if (!model) return model.error();
  auto session = (*model)->new_session({});
  if (!session) return session.error();
  session_ = *std::move(session);  // the one of before goes before its model
  model_ = *std::move(model);
  return {};
}

bool AnsweringModel::move_to_cpu(const Error& failure) {
  if (!engine::cpu_may_go_on(options_.device, *model_, context_->console.stop())) return false;
  context_->console.note("The GPU failed (" + failure.message + "); the CPU carries on.");
  options_.device = "cpu";
  const Status loaded = load();
  if (!loaded) context_->console.note(loaded.error().message);
  return static_cast<bool>(loaded);
}

Result<engine::GenerationResult> AnsweringModel::generate(const engine::GenerationRequest& request,
                                                          engine::GenerationObserver& observer) {
  engine::CarriedOn replies(
      [this](const engine::GenerationRequest& part, engine::GenerationObserver& listener) {
        return session_->generate(part, listener, context_->console.stop());
      },
      [this](const Error& failure) { return move_to_cpu(failure); });
  return replies.write(request, observer);
}

}  // namespace cria::app
