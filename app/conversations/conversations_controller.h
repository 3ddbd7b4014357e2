// The list of conversations: open, new, rename, delete with undo.
#pragma once

#include <QObject>
#include <QtQmlIntegration>
#include <optional>

#include "app/conversations/conversation_list_model.h"
#include "app/preferences/preferences.h"
#include "app/store/conversation_store.h"

namespace cria::app {

class ChatController;

/// GUI thread.
class ConversationsController : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by Application")
  Q_PROPERTY(cria::app::ConversationListModel* model READ model CONSTANT)
  Q_PROPERTY(QString currentId READ currentId NOTIFY currentIdChanged)
  Q_PROPERTY(bool undoAvailable READ undoAvailable NOTIFY undoChanged)
  Q_PROPERTY(QString undoText READ undoText NOTIFY undoChanged)
  Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
  Q_PROPERTY(QString storeError READ storeError NOTIFY storeErrorChanged)
  Q_PROPERTY(QString storeNotice READ storeNotice NOTIFY storeNoticeChanged)
  Q_PROPERTY(bool readOnly READ readOnly NOTIFY storeErrorChanged)
  Q_PROPERTY(bool loaded READ loaded NOTIFY loadedChanged)

 public:
  /// All outlive the controller; `preferences` remember the conversation that was open.
  ConversationsController(ConversationStore* store, ChatController* chat, Preferences* preferences,
                          QObject* parent = nullptr);

  ConversationListModel* model() { return &model_; }
  QString currentId() const;
  bool undoAvailable() const { return removed_.has_value(); }
  QString undoText() const;
  QString filter() const { return filter_; }
  QString storeError() const { return storeError_; }
  QString storeNotice() const { return storeNotice_; }  ///< of what was done to the files
  bool readOnly() const { return readOnly_; }
  bool loaded() const { return loaded_; }
  void setFilter(const QString& filter);

  Q_INVOKABLE void create();
  Q_INVOKABLE void open(const QString& id);
  Q_INVOKABLE void rename(const QString& id, const QString& title);
  /// It leaves the list at once and the disk at the next start; until then undoRemove() brings the
  /// last one back.
  Q_INVOKABLE void remove(const QString& id);
  Q_INVOKABLE void undoRemove();
  Q_INVOKABLE void dismissUndo();
  Q_INVOKABLE void dismissStoreNotice();

 signals:
  void currentIdChanged();
  void undoChanged();
  void filterChanged();
  void storeErrorChanged();
  void storeNoticeChanged();
  void loadedChanged();

 private:
  enum class Unless { never, touched };  ///< touched: something was begun meanwhile

  void load(const QString& id, Unless unless);
  void onStoreOpened(const StoreState& state);
  void onStoreProblem(const QString& problem);
  void onCurrentChanged();
  void reloadCurrent();
  void setStoreError(const QString& error);

  ConversationStore* store_;
  ChatController* chat_;
  Preferences* preferences_;
  ConversationListModel model_;
  const QString lastOpen_;  ///< in the run of before
  QString wanted_;  ///< the conversation that was asked for last; an older answer is dropped
  std::optional<ConversationSummary> removed_;
  QString filter_;
  QString storeError_;
  QString storeNotice_;
  bool readOnly_ = false;
  bool loaded_ = false;
};

}  // namespace cria::app
