// SIGTERM, SIGINT and SIGHUP end the program as closing its window does: a running reply is saved.
#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <memory>

namespace cria::app {

/// GUI thread, one a process, as signal handlers are. While it lives the signals ask the event loop
/// to quit; a second signal ends the program at once.
class QuitOnSignal : public QObject {
  Q_OBJECT

 public:
  explicit QuitOnSignal(QObject* parent = nullptr);
  ~QuitOnSignal() override;

 private:
  std::unique_ptr<QSocketNotifier> notifier_;
};

}  // namespace cria::app
