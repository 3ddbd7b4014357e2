#include "app/worker_thread.h"

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

void WorkerThread::stop() {
  quit();
  wait();
  const std::lock_guard lock(end_);
}

}  // namespace cria::app
