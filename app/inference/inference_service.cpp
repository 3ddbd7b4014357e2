#include "app/inference/inference_service.h"

#include <utility>

#include "app/inference/inference_worker.h"

namespace cria::app {

InferenceService::InferenceService(std::unique_ptr<engine::Engine> engine, QObject* parent)
    : QObject(parent), worker_(new InferenceWorker(std::move(engine))) {
  thread_.setObjectName(QStringLiteral("engine"));
  worker_->moveToThread(&thread_);
  connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
  connect(worker_, &InferenceWorker::devicesFound, this, &InferenceService::devicesFound);
  connect(worker_, &InferenceWorker::openProgressed, this, &InferenceService::openProgressed);
  connect(worker_, &InferenceWorker::openFinished, this, &InferenceService::openFinished);
  connect(worker_, &InferenceWorker::replyFinished, this, [this](const ReplyOutcome& outcome) {
    replies_.remove(outcome.id);
    emit replyFinished(outcome);
  });
  thread_.start();
  QMetaObject::invokeMethod(worker_, &InferenceWorker::listDevices, Qt::QueuedConnection);
}

InferenceService::~InferenceService() { shutdown(); }

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
  QMetaObject::invokeMethod(
      worker_, [worker = worker_, job = std::move(job)] { worker->open(job); },
      Qt::QueuedConnection);
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
    QMetaObject::invokeMethod(
        this, [this, id] { emit tokensReady(id); }, Qt::QueuedConnection);
  });
  job.request = std::move(request);
  job.settings = std::move(settings);
  job.stop = source.get_token();
  Reply reply{id, job.stream};
  QMetaObject::invokeMethod(
      worker_, [worker = worker_, job = std::move(job)] { worker->write(job); },
      Qt::QueuedConnection);
  return reply;
}

void InferenceService::stop(quint64 id) {
  const auto reply = replies_.find(id);
  if (reply != replies_.end()) reply->request_stop();
}

void InferenceService::shutdown() {
  if (!thread_.isRunning()) return;
  opening_.request_stop();
  for (std::stop_source& reply : replies_) reply.request_stop();
  thread_.quit();
  thread_.wait();
}

}  // namespace cria::app
