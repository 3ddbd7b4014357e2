#include "app/inference/resident_checkpoints.h"

#include <utility>

#include "app/inference/folder_stamp.h"
#include "app/inference/guarded.h"

namespace cria::app {

namespace {

bool sameOptions(const engine::LoadOptions& a, const engine::LoadOptions& b) {
  return a.device == b.device && a.precision == b.precision && a.threads == b.threads &&
         a.instruction_set == b.instruction_set && a.cuda_plugin == b.cuda_plugin;
}

}  // namespace

Result<std::unique_ptr<ResidentCheckpoints::Resident>> ResidentCheckpoints::load(
    const OpenJob& job, const Progress& progress) const {
  auto resident = std::make_unique<Resident>(Resident{job, folderStamp(job.path), nullptr});
  auto model = guarded<std::unique_ptr<engine::Model>>(
      [&] { return engine_.open(job.path.toStdString(), job.options, progress, job.stop); });
  if (!model) return model.error();
  resident->model = *std::move(model);
  auto session = guarded<std::unique_ptr<engine::Session>>(
      [&] { return resident->model->new_session(engine::SessionOptions{}); });
  if (!session) return session.error();
  resident->session = *std::move(session);
  return resident;
}

bool ResidentCheckpoints::spareIs(const OpenJob& job) const {
  return spare_ && spare_->job.path == job.path && sameOptions(spare_->job.options, job.options) &&
         spare_->stamp == folderStamp(job.path);
}

/// It may stay while its device has as much memory left over as it takes.
void ResidentCheckpoints::dropSpareWhereMemoryIsShort() {
  if (!spare_) return;
  const engine::ModelInfo& info = spare_->model->info();
  const std::uint64_t takes =
      info.weight_bytes + info.kv_bytes_per_token * static_cast<std::uint64_t>(info.context_length);
  if (spare_->model->memory_available() < takes) spare_.reset();
}

OpenOutcome ResidentCheckpoints::outcomeOf(const OpenJob& job) const {
  OpenOutcome outcome;
  outcome.id = job.id;
  outcome.info = current_->model->info();
  return outcome;
}

QString ResidentCheckpoints::sparePath() const {
  return spare_ ? QString::fromStdString(spare_->model->info().path.string()) : QString();
}

OpenOutcome ResidentCheckpoints::open(const OpenJob& job, const Progress& progress) {
  if (spareIs(job)) {
    std::swap(current_, spare_);
    return outcomeOf(job);
  }
  spare_.reset();  // three at once would be one more than anybody asked for
  auto loaded = load(job, progress);
  if (!loaded && loaded.error().kind == ErrorKind::device && current_) {
    return openAlone(job, progress);
  }
  if (!loaded) {
    OpenOutcome failed;
    failed.id = job.id;
    failed.error = loaded.error();
    return failed;
  }
  spare_ = std::exchange(current_, *std::move(loaded));
  dropSpareWhereMemoryIsShort();
  return outcomeOf(job);
}

OpenOutcome ResidentCheckpoints::openAlone(const OpenJob& job, const Progress& progress) {
  current_.reset();
  spare_.reset();
  auto loaded = load(job, progress);
  OpenOutcome outcome;
  if (loaded) {
    current_ = *std::move(loaded);
    outcome = outcomeOf(job);
  } else {
    outcome.id = job.id;
    outcome.error = loaded.error();
  }
  outcome.previousKept = false;
  return outcome;
}

}  // namespace cria::app
