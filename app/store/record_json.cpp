#include "app/store/record_json.h"

#include <QJsonArray>

namespace cria::app {

namespace {

// Each record's fields, named once for both ways.
template <typename Record, typename Visitor>
void visitConversation(Record& record, const Visitor& visit) {
  visit("id", record.id);
  visit("title", record.title);
  visit("mode", record.mode);
  visit("chat_template", record.chatTemplate);
  visit("system_prompt", record.systemPrompt);
  visit("draft", record.draft);
  visit("context_policy", record.contextPolicy);
  visit("current_leaf", record.currentLeaf);
  visit("settings", record.settingsJson);
  visit("checkpoint_path", record.checkpointPath);
  visit("created_at", record.createdAt);
  visit("updated_at", record.updatedAt);
}

template <typename Record, typename Visitor>
void visitMessage(Record& record, const Visitor& visit) {
  visit("id", record.id);
  visit("conversation_id", record.conversationId);
  visit("parent_id", record.parentId);
  visit("role", record.role);
  visit("text", record.text);
  visit("status", record.status);
  visit("error_text", record.errorText);
  visit("created_at", record.createdAt);
  visit("checkpoint_path", record.checkpointPath);
  visit("checkpoint_name", record.checkpointName);
  visit("checkpoint_label", record.checkpointLabel);
  visit("seed", record.seed);
  visit("settings", record.settingsJson);
  visit("token_ids", record.tokenIds);
  visit("finish_reason", record.finishReason);
  visit("tokens_per_second", record.tokensPerSecond);
  visit("new_tokens", record.newTokens);
  visit("prompt_tokens", record.promptTokens);
}

struct Write {
  QJsonObject* json;
  void operator()(const char* name, const QJsonValue& value) const {
    json->insert(QLatin1String(name), value);
  }
  void operator()(const char* name, MessageRole role) const { (*this)(name, nameOf(role)); }
  void operator()(const char* name, MessageStatus status) const { (*this)(name, nameOf(status)); }
  void operator()(const char* name, const QByteArray& bytes) const {
    (*this)(name, QString::fromLatin1(bytes.toBase64()));
  }
};

struct Read {
  const QJsonObject& json;
  QJsonValue at(const char* name) const { return json.value(QLatin1String(name)); }
  void operator()(const char* name, QString& text) const { text = at(name).toString(text); }
  void operator()(const char* name, int& number) const { number = at(name).toInt(number); }
  void operator()(const char* name, qint64& number) const { number = at(name).toInteger(number); }
  void operator()(const char* name, double& number) const { number = at(name).toDouble(number); }
  void operator()(const char* name, MessageRole& role) const {
    role = messageRoleFromName(at(name).toString());
  }
  void operator()(const char* name, MessageStatus& status) const {
    status = messageStatusFromName(at(name).toString());
  }
  void operator()(const char* name, QByteArray& bytes) const {
    bytes = QByteArray::fromBase64(at(name).toString().toLatin1());
  }
};

constexpr auto kConversations = "conversations";
constexpr auto kMessages = "messages";

}  // namespace

QJsonObject toJson(const UnsavedRows& rows) {
  QJsonArray conversations;
  for (const ConversationRecord& record : rows.conversations) {
    QJsonObject json;
    visitConversation(record, Write{&json});
    conversations.append(json);
  }
  QJsonArray messages;
  for (const MessageRecord& record : rows.messages) {
    QJsonObject json;
    visitMessage(record, Write{&json});
    messages.append(json);
  }
  return {{QLatin1String(kConversations), conversations}, {QLatin1String(kMessages), messages}};
}

UnsavedRows unsavedRowsFrom(const QJsonObject& json) {
  UnsavedRows rows;
  for (const auto& value : json.value(QLatin1String(kConversations)).toArray()) {
    const QJsonObject fields = value.toObject();
    ConversationRecord record;
    visitConversation(record, Read{fields});
    if (!record.id.isEmpty()) rows.put(record);
  }
  for (const auto& value : json.value(QLatin1String(kMessages)).toArray()) {
    const QJsonObject fields = value.toObject();
    MessageRecord record;
    visitMessage(record, Read{fields});
    if (!record.id.isEmpty()) rows.put(record);
  }
  return rows;
}

}  // namespace cria::app
