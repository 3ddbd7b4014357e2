#include "app/conversations/context_notice.h"

#include <QCoreApplication>
#include <QLocale>

#include "app/conversations/reply_run.h"

namespace cria::app {

QString contextNotice(const ReplyRun& run, bool finished, int contextLength) {
  const QLocale locale;
  if (run.droppedTokens() > 0) {
    return QCoreApplication::translate("cria::Context",
                                       "The context is full: the oldest %1 tokens were left out of "
                                       "the prompt. The system prompt is kept.")
        .arg(locale.toString(run.droppedTokens()));
  }
  if (finished && contextLength > 0 && run.contextUsed() >= contextLength &&
      run.replies().first().status == MessageStatus::length) {
    return QCoreApplication::translate("cria::Context",
                                       "The context is full: the reply ended at %1 tokens. Choose "
                                       "\"slide\" to go on without the oldest text.")
        .arg(locale.toString(contextLength));
  }
  return {};
}

}  // namespace cria::app
