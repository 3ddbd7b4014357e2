// The checkpoint that answers, the ones that could, and the way from one to the other.
#pragma once

#include <QObject>
#include <QStringList>
#include <QUrl>
#include <QtQmlIntegration>
#include <functional>
#include <optional>

#include "app/checkpoints/checkpoint_list_model.h"
#include "app/checkpoints/demo_llama.h"
#include "app/checkpoints/device_list.h"
#include "app/inference/inference_service.h"
#include "app/mailbox.h"
#include "app/preferences/preferences.h"
#include "app/worker_thread.h"

namespace cria::app {

struct CheckpointScan;

/// GUI thread; looking at the disk goes on in a thread of its own, opening in the engine thread.
class CheckpointController : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by Application")
  Q_PROPERTY(cria::app::CheckpointListModel* library READ library CONSTANT)
  Q_PROPERTY(QString state READ state NOTIFY stateChanged)  ///< none, loading, ready, error
  Q_PROPERTY(double loadProgress READ loadProgress NOTIFY progressChanged)
  Q_PROPERTY(QString loadText READ loadText NOTIFY progressChanged)
  Q_PROPERTY(QString loadingName READ loadingName NOTIFY stateChanged)
  Q_PROPERTY(QString path READ path NOTIFY currentChanged)
  Q_PROPERTY(QString name READ name NOTIFY currentChanged)
  Q_PROPERTY(QString label READ label NOTIFY currentChanged)
  Q_PROPERTY(QString shortLabel READ shortLabel NOTIFY currentChanged)
  Q_PROPERTY(QString signature READ signature NOTIFY currentChanged)
  Q_PROPERTY(bool demo READ demo NOTIFY currentChanged)  ///< it is the demo llama
  Q_PROPERTY(QString format READ format NOTIFY currentChanged)
  Q_PROPERTY(QString device READ device NOTIFY currentChanged)
  Q_PROPERTY(QString deviceName READ deviceName NOTIFY currentChanged)
  Q_PROPERTY(QString precision READ precision NOTIFY currentChanged)
  Q_PROPERTY(bool chatTuned READ chatTuned NOTIFY currentChanged)
  Q_PROPERTY(int contextLength READ contextLength NOTIFY currentChanged)
  Q_PROPERTY(double tokensPerSecond READ tokensPerSecond NOTIFY tokensPerSecondChanged)
  Q_PROPERTY(QStringList deviceChoices READ deviceChoices NOTIFY devicesChanged)
  Q_PROPERTY(QStringList deviceLabels READ deviceLabels NOTIFY devicesChanged)
  Q_PROPERTY(QString freeMemory READ freeMemory NOTIFY devicesChanged)  ///< of the device chosen
  Q_PROPERTY(QStringList precisionChoices READ precisionChoices CONSTANT)
  Q_PROPERTY(QString deviceChoice READ deviceChoice WRITE setDeviceChoice NOTIFY choicesChanged)
  Q_PROPERTY(
      QString precisionChoice READ precisionChoice WRITE setPrecisionChoice NOTIFY choicesChanged)
  Q_PROPERTY(int threadsChoice READ threadsChoice WRITE setThreadsChoice NOTIFY choicesChanged)
  Q_PROPERTY(QString notes READ notes NOTIFY currentChanged)  ///< what was decided, a sentence each
  Q_PROPERTY(QString errorTitle READ errorTitle NOTIFY errorChanged)
  Q_PROPERTY(QString errorText READ errorText NOTIFY errorChanged)

 public:
  /// Both outlive the controller; `preferences` keep the library and the choices. `demo` is in the
  /// library until it is taken off there.
  CheckpointController(InferenceService* inference, Preferences* preferences,
                       DemoLlama demo = DemoLlama(), QObject* parent = nullptr);
  ~CheckpointController() override;

  CheckpointListModel* library() { return &library_; }
  QString state() const;
  double loadProgress() const;
  QString loadText() const;
  QString loadingName() const;
  QString path() const { return path_; }
  QString name() const { return name_.name; }
  QString label() const { return name_.label; }
  QString shortLabel() const { return name_.shortLabel; }
  QString signature() const { return name_.signature; }
  bool demo() const { return demo_.has(path_); }
  QString format() const;
  QString device() const;
  QString deviceName() const;
  QString precision() const;
  bool chatTuned() const { return info_ && info_->chat_tuned; }
  int contextLength() const { return info_ ? info_->context_length : 0; }
  double tokensPerSecond() const { return tokensPerSecond_; }
  QStringList deviceChoices() const { return devices_.choices(); }
  QStringList deviceLabels() const { return devices_.labels(); }
  QString freeMemory() const { return devices_.freeMemory(deviceChoice_); }
  QStringList precisionChoices() const;
  QString deviceChoice() const { return deviceChoice_; }
  QString precisionChoice() const { return precisionChoice_; }
  int threadsChoice() const { return threadsChoice_; }
  QString notes() const;
  QString errorTitle() const { return errorTitle_; }
  QString errorText() const { return errorText_; }

  // A choice that changes opens the current checkpoint again.
  void setDeviceChoice(const QString& choice);
  void setPrecisionChoice(const QString& choice);
  void setThreadsChoice(int threads);

  /// A checkpoint folder, a weight file in one, or a folder of checkpoints. A running reply is
  /// stopped and kept; when opening fails, the checkpoint of before goes on (see errorText).
  Q_INVOKABLE void open(const QString& path);
  Q_INVOKABLE void openFolderUrl(const QUrl& url);
  Q_INVOKABLE void cancelLoading();
  /// Takes it off the list, until it is asked for again; no file is touched.
  Q_INVOKABLE void forget(const QString& path);
  Q_INVOKABLE void dismissError();
  /// They come again when there are others.
  Q_INVOKABLE void dismissNotes();
  /// Asks anew what the machine has and has free; the answer comes behind a running reply.
  Q_INVOKABLE void lookAtDevices();

  /// The one that was used last; the demo llama as it is when it is grown, if none was.
  void openLast();
  const std::optional<engine::ModelInfo>& info() const { return info_; }
  void setTokensPerSecond(double rate);

 signals:
  void stateChanged();
  void progressChanged();
  void currentChanged();
  void tokensPerSecondChanged();
  void choicesChanged();
  void devicesChanged();
  void errorChanged();

 private:
  void startOpening(const QString& path);
  void openAgain();  ///< after a choice
  void onOpened(const OpenOutcome& outcome);
  void sayGpuIsLost(const OpenOutcome& outcome);
  void onDevices(const std::vector<engine::DeviceInfo>& devices);
  void setChoice(QString* choice, const QString& value, const char* key);
  void setError(const QString& title, const QString& text);
  QStringList pathsIn(const char* key) const;  ///< as the preferences keep them
  void fillLibrary();                          ///< at the start
  void addToLibrary(const QString& path) { library_.add(path, demo_.name(path)); }
  void addFound(const CheckpointScan& found);
  void saveLibrary();
  /// `work` on the disk's thread, then `done` here.
  template <typename Value>
  void inBackground(std::function<Value()> work, std::function<void(const Value&)> done);

  InferenceService* inference_;
  Preferences* preferences_;
  const DemoLlama demo_;
  Mailbox toGui_;
  CheckpointListModel library_;
  std::optional<engine::ModelInfo> info_;  ///< of the checkpoint that answers
  QString path_;
  CheckpointName name_;
  quint64 scan_ = 0;  ///< the latest one asked for; an older one's result is dropped
  bool scanning_ = false;
  quint64 openingId_ = 0;  ///< 0: none
  QString openingPath_;
  quint64 bytesDone_ = 0;
  quint64 bytesTotal_ = 0;
  double tokensPerSecond_ = 0;
  DeviceList devices_;
  QString deviceChoice_;
  QString precisionChoice_;
  int threadsChoice_ = 0;
  QString dismissedNotes_;
  QString errorTitle_;
  QString errorText_;
  WorkerThread disk_;
};

}  // namespace cria::app
