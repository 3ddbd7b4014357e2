#include "app/conversations/reply_run.h"

#include <QtEndian>
#include <algorithm>
#include <utility>

#include "app/conversations/prompt_builder.h"

namespace cria::app {

namespace {

QByteArray bytesOf(const std::vector<std::int32_t>& ids) {
  QByteArray bytes(static_cast<qsizetype>(ids.size() * sizeof(std::int32_t)), Qt::Uninitialized);
  qToLittleEndian<std::int32_t>(ids.data(), static_cast<qsizetype>(ids.size()), bytes.data());
  return bytes;
}

int countOf(const QByteArray& bytes) {
  return static_cast<int>(bytes.size() / static_cast<qsizetype>(sizeof(std::int32_t)));
}

}  // namespace

ReplyRun::ReplyRun(QList<MessageRecord> replies, std::shared_ptr<LiveSettings> settings)
    : replies_(std::move(replies)), settings_(std::move(settings)) {
  for (const MessageRecord& reply : std::as_const(replies_)) {
    before_.append({reply.text, reply.tokenIds});
  }
}

void ReplyRun::start(quint64 id, std::shared_ptr<TokenStream> stream) {
  id_ = id;
  stream_ = std::move(stream);
}

int ReplyRun::contextUsed() const { return promptTokens_ + written_; }

int ReplyRun::continuedTokens(qsizetype reply) const { return countOf(before_.at(reply).tokenIds); }

bool ReplyRun::drain() {
  if (!stream_) return false;
  const StreamBatch batch = stream_->drain();
  if (batch.prompt) {
    promptTokens_ = batch.prompt->prompt_tokens;
    droppedTokens_ += batch.prompt->dropped_tokens;
    phase_ = Phase::prefill;
  }
  droppedTokens_ += batch.droppedTokens;
  promptTokens_ -= std::min(batch.droppedTokens, promptTokens_);
  if (batch.prefillTotal > 0) {
    prefillProgress_ = static_cast<double>(batch.prefillDone) / batch.prefillTotal;
  }
  if (batch.hasTokens()) {
    phase_ = Phase::writing;
    for (qsizetype i = 0; i < replies_.size(); ++i) {
      const StreamBatch::Sequence& sequence = batch.sequences[static_cast<std::size_t>(i)];
      if (sequence.ids.empty()) continue;
      MessageRecord& reply = replies_[i];
      reply.text += QString::fromUtf8(sequence.text);
      reply.tokenIds += bytesOf(sequence.ids);
      reply.newTokens = countOf(reply.tokenIds);
      reply.promptTokens = promptTokens_ - continuedTokens(i);
      reply.status = MessageStatus::streaming;
      const int written = reply.newTokens - continuedTokens(i);
      written_ = std::max(written_, written);
      if (sinceFirstToken_.isValid() && sinceFirstToken_.elapsed() > 0) {
        reply.tokensPerSecond = 1000.0 * std::max(written - firstBatch_, 0) /
                                static_cast<double>(sinceFirstToken_.elapsed());
      }
    }
    if (!sinceFirstToken_.isValid()) {
      sinceFirstToken_.start();
      firstBatch_ = written_;
    }
    unsaved_ = true;
  }
  return true;
}

void ReplyRun::finish(const ReplyOutcome& outcome) {
  drain();
  for (qsizetype i = 0; i < replies_.size(); ++i) {
    MessageRecord& reply = replies_[i];
    if (outcome.error) {
      reply.status = MessageStatus::error;
      reply.errorText = QString::fromStdString(outcome.error->message);
      continue;
    }
    if (!outcome.result || static_cast<std::size_t>(i) >= outcome.result->sequences.size()) {
      reply.status = MessageStatus::cancelled;
      continue;
    }
    const engine::GenerationResult& result = *outcome.result;
    const engine::GeneratedSequence& sequence = result.sequences[static_cast<std::size_t>(i)];
    reply.text = before_.at(i).text + QString::fromStdString(sequence.text);
    reply.tokenIds = before_.at(i).tokenIds + bytesOf(sequence.ids);
    reply.newTokens = countOf(reply.tokenIds);
    reply.finishReason = nameOf(sequence.finish_reason);
    reply.status = statusOf(sequence.finish_reason);
    if (promptTokens_ > 0) reply.promptTokens = promptTokens_ - continuedTokens(i);
    if (sequence.ids.size() > 1 && result.decode_ms > 0) {
      reply.tokensPerSecond =
          1000.0 * static_cast<double>(sequence.ids.size() - 1) / result.decode_ms;
    }
  }
  unsaved_ = true;
}

void ReplyRun::interrupt() {
  drain();
  for (MessageRecord& reply : replies_) reply.status = MessageStatus::interrupted;
  unsaved_ = true;
}

}  // namespace cria::app
