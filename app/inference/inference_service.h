// The GUI's handle on the engine thread.
#pragma once

#include <QHash>
#include <QObject>
#include <memory>
#include <stop_token>
#include <vector>

#include "app/inference/inference_worker.h"
#include "app/inference/jobs.h"
#include "app/mailbox.h"
#include "app/worker_thread.h"

namespace cria::app {

/// GUI thread. Owns the thread; nothing here waits for it, but shutdown().
class InferenceService : public QObject, private InferenceListener {
  Q_OBJECT

 public:
  explicit InferenceService(std::unique_ptr<engine::Engine> engine, QObject* parent = nullptr);
  ~InferenceService() override;

  /// What the machine offers comes as devicesFound, once the engine has time; also at the start.
  void listDevices();
  /// A reply that is being written is stopped first; an older opening is cancelled. Returns the
  /// opening's id.
  quint64 open(const QString& path, const engine::LoadOptions& options);
  void cancelOpen();

  struct Reply {
    quint64 id = 0;
    std::shared_ptr<TokenStream> stream;
  };
  /// `settings` may be published to while the reply is written.
  Reply write(engine::GenerationRequest request, std::shared_ptr<LiveSettings> settings);
  /// Nothing happens when that reply has ended.
  void stop(quint64 id);

  /// Stop, quit, wait, in that order. Afterwards nothing more comes.
  void shutdown();

 signals:
  void devicesFound(const std::vector<cria::engine::DeviceInfo>& devices);
  void openProgressed(quint64 id, quint64 bytesDone, quint64 bytesTotal);
  void openFinished(const cria::app::OpenOutcome& outcome);
  /// Something lies in the stream of reply `id`; comes again only after a drain.
  void tokensReady(quint64 id);
  void replyFinished(const cria::app::ReplyOutcome& outcome);

 private:
  // On the engine thread.
  void onDevices(const std::vector<engine::DeviceInfo>& devices) override;
  void onOpenProgress(quint64 id, const engine::LoadProgress& progress) override;
  void onOpened(const OpenOutcome& outcome) override;
  void onReply(const ReplyOutcome& outcome) override;

  Mailbox toGui_;
  InferenceWorker worker_;  ///< touched by engineThread_ only, until that has ended
  quint64 nextId_ = 1;
  QHash<quint64, std::stop_source> replies_;  ///< until their outcome comes
  std::stop_source opening_;
  WorkerThread engineThread_;
};

}  // namespace cria::app
