// A thread that makes the calls posted to it.
#pragma once

#include <QThread>
#include <functional>
#include <mutex>
#include <utility>

#include "app/mailbox.h"

namespace cria::app {

/// Runs from its making to finish() or stop(). post() from any thread, the rest from the thread
/// that made it.
class WorkerThread final : private QThread {
 public:
  explicit WorkerThread(const QString& name);
  ~WorkerThread() override;

  void post(std::function<void()> call) { mailbox_.post(std::move(call)); }
  /// `object` then lives in this thread; it must be destroyed there too.
  void adopt(QObject* object) { object->moveToThread(this); }
  /// Everything posted so far is done, then the thread ends. Waits.
  void finish();
  /// The call that runs is finished, those behind it are dropped.
  void stop();

 private:
  void run() override;

  Mailbox mailbox_;
  std::mutex end_;  ///< shows ThreadSanitizer that what the thread did came before stop() returned
};

}  // namespace cria::app
