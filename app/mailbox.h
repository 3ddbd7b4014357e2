// Calls from one thread to another.
#pragma once

#include <QObject>
#include <functional>
#include <mutex>
#include <vector>

namespace cria::app {

/// Makes the calls that are posted to it, in their order, on the thread it lives in. As Qt's own
/// queued calls, but what crosses is guarded by a mutex of ours, so that ThreadSanitizer sees the
/// hand-over (Qt's libraries are built without it); and many calls cost one event.
class Mailbox : public QObject {
  Q_OBJECT

 public:
  explicit Mailbox(QObject* parent = nullptr) : QObject(parent) {}

  /// Any thread. The mailbox must outlive the call of post(); calls that are left when it is
  /// destroyed are dropped.
  void post(std::function<void()> call);

 private:
  Q_INVOKABLE void deliver();

  std::mutex mutex_;
  std::vector<std::function<void()>> calls_;
  bool woken_ = false;
};

}  // namespace cria::app
