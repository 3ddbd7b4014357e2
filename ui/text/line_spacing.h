#pragma once

#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <QtQml/qqmlregistration.h>

namespace cria::ui {

// The line height of a TextEdit, which has no such property of its own (Text has, but cannot be
// selected). Formats only the paragraphs that changed, so text may be inserted at the end at no
// further cost.
class LineSpacing : public QObject {
  Q_OBJECT
  QML_ELEMENT
  Q_PROPERTY(QQuickTextDocument* document READ document WRITE setDocument NOTIFY documentChanged)
  // Pixels from one line to the next.
  Q_PROPERTY(qreal lineHeight READ lineHeight WRITE setLineHeight NOTIFY lineHeightChanged)

 public:
  explicit LineSpacing(QObject* parent = nullptr);

  QQuickTextDocument* document() const { return document_; }
  void setDocument(QQuickTextDocument* document);
  qreal lineHeight() const { return lineHeight_; }
  void setLineHeight(qreal height);

 signals:
  void documentChanged();
  void lineHeightChanged();

 private:
  void format(int position, int length);

  QPointer<QQuickTextDocument> document_;
  qreal lineHeight_ = 20;
  bool formatting_ = false;
};

}  // namespace cria::ui
