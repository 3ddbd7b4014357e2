#include "app/mailbox.h"

#include <utility>

namespace cria::app {

void Mailbox::post(std::function<void()> call) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
    wake = !std::exchange(woken_, true);
  }
  // By name: what is allocated for this call is then made and freed by Qt alone.
  if (wake) QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
}

void Mailbox::deliver() {
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(calls_);
    woken_ = false;
  }
  for (const std::function<void()>& call : calls) call();
}

}  // namespace cria::app
