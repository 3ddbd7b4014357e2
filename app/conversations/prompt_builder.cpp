#include "app/conversations/prompt_builder.h"

#include <QChar>

namespace cria::app {

namespace {

constexpr int kTitleLength = 60;

engine::Role engineRole(MessageRole role) {
  return role == MessageRole::user ? engine::Role::user : engine::Role::assistant;
}

}  // namespace

engine::Prompt buildPrompt(const ConversationRecord& conversation,
                           const QList<MessageRecord>& path) {
  engine::Prompt prompt;
  if (conversation.mode != QLatin1String("chat")) {
    prompt.mode = engine::PromptMode::complete;
    for (const MessageRecord& message : path) prompt.text += message.text.toStdString();
    return prompt;
  }
  prompt.mode = engine::PromptMode::chat;
  prompt.chat_template = engine::chat_template_from_name(conversation.chatTemplate.toStdString());
  if (!conversation.systemPrompt.trimmed().isEmpty()) {
    prompt.messages.push_back({engine::Role::system, conversation.systemPrompt.toStdString()});
  }
  for (const MessageRecord& message : path) {
    // A reply that failed before its first token says nothing.
    if (message.role == MessageRole::assistant && message.text.isEmpty()) continue;
    prompt.messages.push_back({engineRole(message.role), message.text.toStdString()});
  }
  return prompt;
}

engine::ContextPolicy contextPolicyFromName(const QString& name) {
  return name == QLatin1String("slide") ? engine::ContextPolicy::slide
                                        : engine::ContextPolicy::stop;
}

QString nameOf(engine::FinishReason reason) {
  const std::string_view name = engine::name_of(reason);
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

MessageStatus statusOf(engine::FinishReason reason) {
  switch (reason) {
    case engine::FinishReason::eos:
      return MessageStatus::done;
    case engine::FinishReason::length:
      return MessageStatus::length;
    case engine::FinishReason::stop:
      return MessageStatus::stop;
    case engine::FinishReason::cancelled:
      return MessageStatus::cancelled;
  }
  return MessageStatus::done;
}

QString titleFrom(const QString& text) {
  QString line = text.trimmed().section(QLatin1Char('\n'), 0, 0).simplified();
  if (line.size() <= kTitleLength) return line;
  qsizetype cut = line.lastIndexOf(QLatin1Char(' '), kTitleLength);
  if (cut < kTitleLength / 2) cut = kTitleLength;
  if (line.at(cut - 1).isHighSurrogate()) --cut;
  return line.left(cut) + QChar(0x2026);
}

}  // namespace cria::app
