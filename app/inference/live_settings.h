// The sampling settings of a running reply: the GUI publishes them, the engine reads them before
// each token.
#pragma once

#include <mutex>
#include <utility>

#include "engine/sampling/settings.h"

namespace cria::app {

/// Any thread.
class LiveSettings {
 public:
  void publish(engine::GenerationSettings settings) {
    const std::lock_guard lock(mutex_);
    settings_ = std::move(settings);
  }
  engine::GenerationSettings read() const {
    const std::lock_guard lock(mutex_);
    return settings_;
  }

 private:
  mutable std::mutex mutex_;
  engine::GenerationSettings settings_;
};

}  // namespace cria::app
