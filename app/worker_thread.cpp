#include "app/worker_thread.h"

#include <future>

namespace cria::app {

WorkerThread::WorkerThread(const QString& name) {
  setObjectName(name);
  mailbox_.moveToThread(this);
  start();
}

WorkerThread::~WorkerThread() { stop(); }

void WorkerThread::run() {
  exec();
  const std::lock_guard lock(end_);
}

void WorkerThread::finish() {
  if (isRunning()) {
    std::promise<void> done;
    post([&done] { done.set_value(); });
    done.get_future().wait();
  }
  stop();
}

void WorkerThread::stop() {
  quit();
  wait();
  const std::lock_guard lock(end_);
}

}  // namespace cria::app
