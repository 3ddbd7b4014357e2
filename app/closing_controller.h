// Closing the window: not before everything is saved, or a person has decided otherwise.
#pragma once

#include <QObject>
#include <QUrl>
#include <QtQmlIntegration>

#include "app/store/conversation_store.h"

namespace cria::app {

class ChatController;

/// GUI thread; waits for nothing.
class ClosingController : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by Application")
  Q_PROPERTY(bool asking READ asking NOTIFY changed)       ///< the person must decide
  Q_PROPERTY(bool saving READ saving NOTIFY changed)       ///< the answer of the disk is awaited
  Q_PROPERTY(QString problem READ problem NOTIFY changed)  ///< why something is not saved
  Q_PROPERTY(
      QString copy READ copy NOTIFY changed)  ///< the next start takes it from there; "": none
  Q_PROPERTY(QString textResult READ textResult NOTIFY changed)  ///< what became of saveText()

 public:
  /// Both outlive it.
  ClosingController(ConversationStore* store, ChatController* chat, QObject* parent = nullptr);

  bool asking() const { return state_ == State::asking; }
  bool saving() const { return saving_; }
  QString problem() const { return unsaved_.problem; }
  QString copy() const { return unsaved_.copy; }
  QString textResult() const { return textResult_; }

  /// From the window's close event: true, it may close. Else it is told by closeNow(), or `asking`
  /// begins. A second time while the disk is slow: true; shutdown() then waits without a window.
  Q_INVOKABLE bool mayClose();
  Q_INVOKABLE void tryAgain();
  /// What is not saved, as a text, into that file.
  Q_INVOKABLE void saveText(const QUrl& file);
  Q_INVOKABLE void closeAnyway();
  Q_INVOKABLE void stay();

 signals:
  void changed();
  void closeNow();

 private:
  enum class State { open, asking, done };

  void settle();
  void onSettled(const Unsaved& unsaved);
  void setState(State state);

  ConversationStore* store_;
  ChatController* chat_;
  State state_ = State::open;
  bool saving_ = false;
  Unsaved unsaved_;
  QString textResult_;
};

}  // namespace cria::app
