// Talks through the real controllers and store until it is killed; prints every message's text once
// the database has it.
#include <QGuiApplication>
#include <QTimer>
#include <cstdio>
#include <cstdlib>

#include "app/application.h"
#include "app/inference/fake_engine.h"

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  const QGuiApplication gui(argc, argv);
  if (argc < 3) return 2;
  const int number = std::atoi(argv[2]);

  cria::app::FakeEngineOptions engine;
  engine.tokensPerSecond = 2000;
  engine.loadSeconds = 0;
  cria::app::ApplicationOptions options;
  options.dataFolder = QString::fromLocal8Bit(argv[1]);
  options.checkpoint = QStringLiteral("/nowhere/step-1");
  cria::app::Application application(cria::app::makeFakeEngine(engine), options);
  cria::app::ChatController& chat = *application.chat();
  cria::app::MessageListModel& messages = *chat.messages();

  int sent = 0;
  const auto text = [&] { return QStringLiteral("message %1-%2").arg(number).arg(sent); };
  const auto send = [&] {
    application.sampling()->setMaxNewTokens(40);
    chat.send(text());
  };
  // A message is in the model from the moment on that the database has it.
  QObject::connect(&messages, &QAbstractItemModel::rowsInserted,
                   [&](const QModelIndex&, int first, int last) {
                     for (int row = first; row <= last; ++row) {
                       const QModelIndex index = messages.index(row);
                       if (messages.data(index, cria::app::MessageListModel::RoleRole).toString() !=
                           QLatin1String("user")) {
                         continue;
                       }
                       const QString saved =
                           messages.data(index, cria::app::MessageListModel::TextRole).toString();
                       std::printf("%s\n", qPrintable(saved));
                       std::fflush(stdout);
                     }
                   });
  QObject::connect(&chat, &cria::app::ChatController::replyFinished, [&] {
    ++sent;
    // Now and then a new conversation, another reply, a draft.
    if (sent % 7 == 0) application.conversations()->create();
    chat.setDraft(QStringLiteral("draft %1").arg(sent));
    QTimer::singleShot(0, &chat, send);
  });
  QTimer begin;
  QObject::connect(&begin, &QTimer::timeout, [&] {
    if (!application.conversations()->loaded() || !chat.canSend()) return;
    begin.stop();
    application.conversations()->create();
    send();
  });
  begin.start(1);
  application.start();
  return QGuiApplication::exec();
}
