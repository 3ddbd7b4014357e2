// Works in the engine thread and owns the engine: nothing else touches it.
#pragma once

#include <memory>
#include <vector>

#include "app/inference/jobs.h"

namespace cria::app {

/// Hears of the worker's doings, on the engine thread.
class InferenceListener {
 public:
  virtual ~InferenceListener() = default;
  virtual void onDevices(const std::vector<engine::DeviceInfo>& devices) = 0;
  virtual void onOpenProgress(quint64 id, const engine::LoadProgress& progress) = 0;
  virtual void onOpened(const OpenOutcome& outcome) = 0;
  virtual void onReply(const ReplyOutcome& outcome) = 0;
};

/// Called by one thread at a time. A job runs to its end before the next begins.
class InferenceWorker {
 public:
  /// `listener` outlives the worker.
  InferenceWorker(std::unique_ptr<engine::Engine> engine, InferenceListener* listener);

  void listDevices();
  /// The checkpoint of before stays until the new one is open; only when there is no room for both
  /// is it closed first.
  void open(const OpenJob& job);
  /// Where the device was left to Cria and the GPU fails, the checkpoint is opened on the CPU
  /// (listener: onOpened) and a single reply is carried on with.
  void write(const ReplyJob& job);

 private:
  OpenOutcome tryOpen(const OpenJob& job);
  Result<engine::GenerationResult> generate(const ReplyJob& job);
  bool moveToCpu(const Error& lostGpu, const std::stop_token& stop);

  InferenceListener* listener_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Model> model_;
  std::unique_ptr<engine::Session> session_;  ///< destroyed before its model
  OpenJob opened_;                            ///< how the model was opened
};

}  // namespace cria::app
