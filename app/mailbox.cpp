#include "app/mailbox.h"

#include <QCoreApplication>
#include <QEvent>
#include <utility>

namespace cria::app {

namespace {

QEvent::Type wakeType() {
  static const auto kType = static_cast<QEvent::Type>(QEvent::registerEventType());
  return kType;
}

}  // namespace

void Mailbox::post(std::function<void()> call) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
    wake = !std::exchange(woken_, true);
  }
  if (wake) QCoreApplication::postEvent(this, new QEvent(wakeType()));
}

bool Mailbox::event(QEvent* event) {
  if (event->type() != wakeType()) return QObject::event(event);
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(calls_);
    woken_ = false;
  }
  for (const std::function<void()>& call : calls) call();
  return true;
}

}  // namespace cria::app
