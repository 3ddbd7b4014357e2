#include "ui/text/reply_blocks.h"

#include <algorithm>

namespace cria::ui {
namespace {

constexpr QStringView kFence = u"```";

bool isFence(QStringView line) { return line.trimmed().startsWith(kFence); }

}  // namespace

ReplyBlocks::ReplyBlocks(QObject* parent) : QAbstractListModel(parent) {}

void ReplyBlocks::setText(const QString& text) {
  if (text == text_) {
    return;
  }
  const bool grown = text.startsWith(text_);
  text_ = text;
  if (grown) {
    read();
  } else {
    restart();
  }
  emit textChanged();
}

void ReplyBlocks::setPlain(bool plain) {
  if (plain == plain_) {
    return;
  }
  plain_ = plain;
  restart();
  emit plainChanged();
}

void ReplyBlocks::restart() {
  beginResetModel();
  blocks_.clear();
  settled_ = 0;
  endResetModel();
  read();
}

int ReplyBlocks::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(blocks_.size());
}

QVariant ReplyBlocks::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) {
    return {};
  }
  const Block& block = blocks_[static_cast<size_t>(index.row())];
  switch (role) {
    case CodeRole:
      return block.code;
    case LanguageRole:
      return block.language;
    case Qt::DisplayRole:
    case ContentRole:
      return shown(block);
    default:
      return {};
  }
}

QHash<int, QByteArray> ReplyBlocks::roleNames() const {
  return {{CodeRole, "code"}, {LanguageRole, "language"}, {ContentRole, "content"}};
}

void ReplyBlocks::read() {
  changed_ = -1;
  while (true) {
    const qsizetype end = text_.indexOf(u'\n', settled_);
    if (end < 0) {
      break;
    }
    takeLine(QStringView(text_).mid(settled_, end - settled_));
    settled_ = end + 1;
  }
  // A line that does not end is cut at a space, so that its layout stays small.
  while (text_.size() - settled_ > 4 * kLongProse) {
    const qsizetype limit = settled_ + 4 * kLongProse - 1;
    const qsizetype space = text_.lastIndexOf(u' ', limit);
    qsizetype cut = space > settled_ ? space + 1 : limit;
    if (text_.at(cut - 1).isHighSurrogate()) {
      --cut;
    }
    showTail(QStringView(text_).mid(settled_, cut - settled_));
    Block& block = blocks_.back();
    block.settled += block.tail;
    block.tail.clear();
    block.closed = !block.code;
    settled_ = cut;
  }
  showTail(QStringView(text_).mid(settled_));
  if (changed_ >= 0) {
    emit dataChanged(index(changed_), index(rowCount() - 1), {ContentRole});
  }
}

void ReplyBlocks::takeLine(QStringView line) {
  const bool in_code = !blocks_.empty() && blocks_.back().code && !blocks_.back().closed;
  if (!plain_ && isFence(line)) {
    if (in_code) {
      touch();
      blocks_.back().tail.clear();
      blocks_.back().closed = true;
    } else {
      open(true, line.trimmed().mid(kFence.size()).trimmed().toString());
    }
    return;
  }
  if (blocks_.empty() || blocks_.back().closed) {
    // Blank lines between blocks are the space between delegates; those before the first say
    // nothing.
    if (line.trimmed().isEmpty() && !plain_) {
      return;
    }
    open(false);
  }
  Block& block = blocks_.back();
  touch();
  block.tail.clear();
  block.settled += line;
  block.settled += u'\n';
  const bool blank = line.trimmed().isEmpty();
  if (!block.code && block.settled.size() > (blank ? kLongProse : 2 * kLongProse)) {
    block.closed = true;
  }
}

void ReplyBlocks::showTail(QStringView tail) {
  if (tail.isEmpty()) {
    return;
  }
  // A fence is not text; it is taken when its line ends.
  if (!plain_ && isFence(tail)) {
    if (!blocks_.empty() && !blocks_.back().tail.isEmpty()) {
      touch();
      blocks_.back().tail.clear();
    }
    return;
  }
  if (blocks_.empty() || blocks_.back().closed) {
    if (tail.trimmed().isEmpty() && !plain_) {
      return;
    }
    open(false);
  }
  Block& block = blocks_.back();
  if (block.tail != tail) {
    touch();
    block.tail = tail.toString();
  }
}

// Opens a block of prose or code; what was open before it ends.
ReplyBlocks::Block& ReplyBlocks::open(bool code, const QString& language) {
  if (!blocks_.empty()) {
    touch();
    blocks_.back().tail.clear();
    blocks_.back().closed = true;
  }
  const int row = rowCount();
  beginInsertRows({}, row, row);
  blocks_.push_back(Block{code, false, language, {}, {}});
  endInsertRows();
  return blocks_.back();
}

void ReplyBlocks::touch() {
  const int last = rowCount() - 1;
  changed_ = changed_ < 0 ? last : std::min(changed_, last);
}

QString ReplyBlocks::shown(const Block& block) const {
  QString content = block.settled + block.tail;
  // The breaks before another block are drawn as space; those at the end of the reply are kept.
  if (block.closed) {
    qsizetype end = content.size();
    while (end > 0 && content.at(end - 1) == u'\n') {
      --end;
    }
    content.truncate(end);
  }
  return content;
}

}  // namespace cria::ui
