#include "app/inference/inference_service.h"

#include <utility>

namespace cria::app {

InferenceService::InferenceService(std::unique_ptr<engine::Engine> engine, QObject* parent)
    : QObject(parent), worker_(std::move(engine), this), engineThread_(QStringLiteral("engine")) {
  listDevices();
}

InferenceService::~InferenceService() { shutdown(); }

void InferenceService::listDevices() {
  engineThread_.post([this] { worker_.listDevices(); });
}

quint64 InferenceService::open(const QString& path, const engine::LoadOptions& options) {
  opening_.request_stop();
  opening_ = std::stop_source();
  for (std::stop_source& reply : replies_) reply.request_stop();
  OpenJob job;
  job.id = nextId_++;
  job.path = path;
  job.options = options;
  job.stop = opening_.get_token();
  const quint64 id = job.id;
  engineThread_.post([this, job = std::move(job)] { worker_.open(job); });
  return id;
}

void InferenceService::cancelOpen() { opening_.request_stop(); }

InferenceService::Reply InferenceService::write(engine::GenerationRequest request,
                                                std::shared_ptr<LiveSettings> settings) {
  const quint64 id = nextId_++;
  const std::stop_source source;
  replies_.insert(id, source);
  ReplyJob job;
  job.id = id;
  job.stream = std::make_shared<TokenStream>(request.num_return_sequences, [this, id] {
    toGui_.post([this, id] { emit tokensReady(id); });
  });
  job.request = std::move(request);
  job.settings = std::move(settings);
  job.stop = source.get_token();
  Reply reply{id, job.stream};
  engineThread_.post([this, job = std::move(job)] { worker_.write(job); });
  return reply;
}

void InferenceService::stop(quint64 id) {
  const auto reply = replies_.find(id);
  if (reply != replies_.end()) reply->request_stop();
}

void InferenceService::onDevices(const std::vector<engine::DeviceInfo>& devices) {
  toGui_.post([this, devices] { emit devicesFound(devices); });
}

void InferenceService::onOpenProgress(quint64 id, const engine::LoadProgress& progress) {
  toGui_.post(
      [this, id, progress] { emit openProgressed(id, progress.bytes_done, progress.bytes_total); });
}

void InferenceService::onOpened(const OpenOutcome& outcome) {
  toGui_.post([this, outcome] { emit openFinished(outcome); });
}

void InferenceService::onReply(const ReplyOutcome& outcome) {
  toGui_.post([this, outcome] {
    replies_.remove(outcome.id);
    emit replyFinished(outcome);
  });
}

void InferenceService::shutdown() {
  opening_.request_stop();
  for (std::stop_source& reply : replies_) reply.request_stop();
  engineThread_.stop();
}

}  // namespace cria::app
