// Works in the engine thread and owns the engine: nothing else touches it.
#pragma once

#include <memory>
#include <vector>

#include "app/inference/resident_checkpoints.h"

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
  void open(const OpenJob& job);
  /// Where the device was left to Cria and the GPU fails, the checkpoint is opened on the CPU
  /// (listener: onOpened) and the reply is carried on with.
  void write(const ReplyJob& job);

 private:
  ResidentCheckpoints::Progress progressOf(const OpenJob& job) const;
  void tell(OpenOutcome outcome) const;
  Result<engine::GenerationResult> generate(const ReplyJob& job);
  bool moveToCpu(const Error& lostGpu, const std::stop_token& stop);

  InferenceListener* listener_;
  std::unique_ptr<engine::Engine> engine_;
  ResidentCheckpoints checkpoints_;  ///< destroyed before the engine
};

}  // namespace cria::app
