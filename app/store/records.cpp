#include "app/store/records.h"

#include <array>

namespace cria::app {

namespace {
constexpr std::array<const char*, 2> kRoles = {"user", "assistant"};
constexpr std::array<const char*, 8> kStatuses = {
    "done", "waiting", "streaming", "interrupted", "cancelled", "error", "length", "stop"};
}  // namespace

QString nameOf(MessageRole role) {
  return QString::fromLatin1(kRoles.at(static_cast<size_t>(role)));
}

QString nameOf(MessageStatus status) {
  return QString::fromLatin1(kStatuses.at(static_cast<size_t>(status)));
}

MessageRole messageRoleFromName(const QString& name) {
  return name == QLatin1String(kRoles[1]) ? MessageRole::assistant : MessageRole::user;
}

MessageStatus messageStatusFromName(const QString& name) {
  for (size_t i = 0; i < kStatuses.size(); ++i) {
    if (name == QLatin1String(kStatuses.at(i))) return static_cast<MessageStatus>(i);
  }
  return MessageStatus::done;
}

}  // namespace cria::app
