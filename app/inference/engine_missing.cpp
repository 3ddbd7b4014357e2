// Stands in until engine/generation is built: only the fake engine runs.
#include "app/inference/fake_engine.h"

namespace cria::engine {
std::string_view name_of(FinishReason reason) {
  switch (reason) {
    case FinishReason::eos:
      return "eos";
    case FinishReason::length:
      return "length";
    case FinishReason::stop:
      return "stop";
    case FinishReason::cancelled:
      return "cancelled";
  }
  return "";
}
std::unique_ptr<Engine> make_engine() { return app::makeFakeEngine(); }
}  // namespace cria::engine
