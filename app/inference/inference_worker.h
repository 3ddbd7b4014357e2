// Lives in the engine thread and owns the engine: nothing else touches it.
#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "app/inference/jobs.h"

namespace cria::app {

/// Made on the GUI thread, then moved; all calls are queued. A job runs to its end before the next
/// begins.
class InferenceWorker : public QObject {
  Q_OBJECT

 public:
  explicit InferenceWorker(std::unique_ptr<engine::Engine> engine);
  ~InferenceWorker() override;

  void listDevices();
  /// The checkpoint of before stays until the new one is open; only when there is no room for both
  /// is it closed first.
  void open(const cria::app::OpenJob& job);
  void write(const cria::app::ReplyJob& job);

 signals:
  void devicesFound(const std::vector<cria::engine::DeviceInfo>& devices);
  void openProgressed(quint64 id, quint64 bytesDone, quint64 bytesTotal);
  void openFinished(const cria::app::OpenOutcome& outcome);
  void replyFinished(const cria::app::ReplyOutcome& outcome);

 private:
  OpenOutcome tryOpen(const OpenJob& job);

  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Model> model_;
  std::unique_ptr<engine::Session> session_;  ///< destroyed before its model
};

}  // namespace cria::app
