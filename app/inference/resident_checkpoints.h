// The checkpoints in memory: the one that answers and, while there is room, the one that answered
// before it, so that going back and forth between two costs nothing.
#pragma once

#include <QByteArray>
#include <QString>
#include <functional>
#include <memory>
#include <optional>

#include "app/inference/jobs.h"

namespace cria::app {

/// Engine thread. One whose files have changed on the disk is not gone back to.
class ResidentCheckpoints {
 public:
  using Progress = std::function<void(const engine::LoadProgress&)>;

  /// Borrows the engine.
  explicit ResidentCheckpoints(engine::Engine& engine) : engine_(engine) {}

  /// The checkpoint of before stays and becomes the spare one; only when there is no room for both
  /// is it closed first (OpenOutcome::previousKept).
  OpenOutcome open(const OpenJob& job, const Progress& progress);
  /// Closes all there is, then opens.
  OpenOutcome openAlone(const OpenJob& job, const Progress& progress);

  /// The one that answers; null: none.
  engine::Model* model() const { return current_ ? current_->model.get() : nullptr; }
  engine::Session* session() const { return current_ ? current_->session.get() : nullptr; }
  /// How it was opened. Precondition: there is one.
  const OpenJob& job() const { return current_->job; }
  /// "": there is no spare one.
  QString sparePath() const;

 private:
  struct Resident {
    OpenJob job;
    QByteArray stamp;
    std::unique_ptr<engine::Model> model;
    std::unique_ptr<engine::Session> session{};  ///< destroyed before its model
  };

  Result<std::unique_ptr<Resident>> load(const OpenJob& job, const Progress& progress) const;
  bool spareIs(const OpenJob& job) const;
  void dropSpareWhereMemoryIsShort();
  OpenOutcome outcomeOf(const OpenJob& job) const;

  engine::Engine& engine_;
  std::unique_ptr<Resident> current_;
  std::unique_ptr<Resident> spare_;
};

}  // namespace cria::app
