// Everything behind the window: made together, wired together, shut down in order.
#pragma once

#include <QObject>
#include <QtQmlIntegration>
#include <memory>

#include "app/checkpoints/checkpoint_controller.h"
#include "app/closing_controller.h"
#include "app/conversations/chat_controller.h"
#include "app/conversations/conversations_controller.h"
#include "app/inference/inference_service.h"
#include "app/preferences/preferences.h"
#include "app/sampling/sampling_controller.h"
#include "app/store/conversation_store.h"
#include "app/window_settings.h"

namespace cria::app {

struct ApplicationOptions {
  QString dataFolder;     ///< "": see defaultDataFolder()
  QString checkpoint;     ///< opened at the start; "": the one that was used last
  bool openLast = true;   ///< without `checkpoint`
  QStringList demo = {};  ///< the demo llama's folders, the youngest first
  FileWriter writePreferences = replaceFile;
  QStringList rescueFolders = cria::app::rescueFolders();
};

/// $CRIA_DATA_DIR, else the place that the system has for such things.
QString defaultDataFolder();

/// GUI thread. The one object that QML is given.
class Application : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by main()")
  Q_PROPERTY(cria::app::ChatController* chat READ chat CONSTANT)
  Q_PROPERTY(cria::app::ConversationsController* conversations READ conversations CONSTANT)
  Q_PROPERTY(cria::app::CheckpointController* checkpoints READ checkpoints CONSTANT)
  Q_PROPERTY(cria::app::SamplingController* sampling READ sampling CONSTANT)
  Q_PROPERTY(cria::app::WindowSettings* window READ window CONSTANT)
  Q_PROPERTY(cria::app::ClosingController* closing READ closing CONSTANT)
  Q_PROPERTY(cria::app::Preferences* preferences READ preferences CONSTANT)

 public:
  Application(std::unique_ptr<engine::Engine> engine, const ApplicationOptions& options,
              QObject* parent = nullptr);
  ~Application() override;

  ChatController* chat() { return &chat_; }
  ConversationsController* conversations() { return &conversations_; }
  CheckpointController* checkpoints() { return &checkpoints_; }
  SamplingController* sampling() { return &sampling_; }
  WindowSettings* window() { return &window_; }
  ClosingController* closing() { return &closing_; }
  Preferences* preferences() { return &preferences_; }

  /// Opens the store and the checkpoint; returns at once.
  void start();
  /// Stops the engine, saves the tail of a running reply, closes the store, writes the preferences.
  /// To be called after the window is gone; waits.
  void shutdown();

 private:
  const ApplicationOptions options_;
  Preferences preferences_;
  ConversationStore store_;
  InferenceService inference_;
  SamplingController sampling_;
  CheckpointController checkpoints_;
  ChatController chat_;
  ConversationsController conversations_;
  WindowSettings window_;
  ClosingController closing_;
  bool down_ = false;
};

}  // namespace cria::app
