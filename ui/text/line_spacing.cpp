#include "ui/text/line_spacing.h"

#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

namespace cria::ui {

LineSpacing::LineSpacing(QObject* parent) : QObject(parent) {}

void LineSpacing::setDocument(QQuickTextDocument* document) {
  if (document == document_) {
    return;
  }
  if (document_ && document_->textDocument()) {
    disconnect(document_->textDocument(), nullptr, this, nullptr);
  }
  document_ = document;
  if (document_ && document_->textDocument()) {
    QTextDocument* text = document_->textDocument();
    connect(text, &QTextDocument::contentsChange, this,
            [this](int position, int, int added) { format(position, added); });
    format(0, text->characterCount());
  }
  emit documentChanged();
}

void LineSpacing::setLineHeight(qreal height) {
  if (qFuzzyCompare(height, lineHeight_)) {
    return;
  }
  lineHeight_ = height;
  if (document_ && document_->textDocument()) {
    format(0, document_->textDocument()->characterCount());
  }
  emit lineHeightChanged();
}

void LineSpacing::format(int position, int length) {
  if (formatting_ || !document_ || !document_->textDocument()) {
    return;
  }
  QTextDocument* text = document_->textDocument();
  QTextBlockFormat wanted;
  wanted.setLineHeight(lineHeight_, QTextBlockFormat::FixedHeight);
  formatting_ = true;
  const int end = position + length;
  for (QTextBlock block = text->findBlock(position); block.isValid() && block.position() <= end;
       block = block.next()) {
    if (qFuzzyCompare(block.blockFormat().lineHeight(), lineHeight_)) {
      continue;
    }
    QTextCursor cursor(block);
    // Joined to the edit that caused it, so that one undo takes back what one key typed.
    cursor.joinPreviousEditBlock();
    cursor.mergeBlockFormat(wanted);
    cursor.endEditBlock();
  }
  formatting_ = false;
}

}  // namespace cria::ui
