// From the messages of a path to what the engine is asked.
#pragma once

#include <QList>
#include <QString>

#include "app/store/records.h"
#include "engine/generation/request.h"

namespace cria::app {

/// `path` are the messages before the reply, and, to continue a reply, that reply as the last one.
/// In complete mode the texts are one text, whoever wrote them. The conversation's `mode` must be
/// resolved ("chat" or "complete").
engine::Prompt buildPrompt(const ConversationRecord& conversation,
                           const QList<MessageRecord>& path);

engine::ContextPolicy contextPolicyFromName(const QString& name);

/// "length", "eos", ..; for the database.
QString nameOf(engine::FinishReason reason);
MessageStatus statusOf(engine::FinishReason reason);

/// The first line of a message, short enough for a list.
QString titleFrom(const QString& text);

}  // namespace cria::app
