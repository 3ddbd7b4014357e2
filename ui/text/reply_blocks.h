#pragma once

#include <QAbstractListModel>
#include <QString>
#include <QtQml/qqmlregistration.h>
#include <vector>

namespace cria::ui {

// A reply as rows of prose and of code, for one delegate a block. Text that grows is read once:
// only the part after the last whole line is looked at again, so a reply of n characters costs O(n)
// over its life. Belongs to the GUI thread. The text is never changed: the rows hold all of it but
// the fence lines and the line breaks between blocks.
class ReplyBlocks : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged)
  Q_PROPERTY(bool plain READ plain WRITE setPlain NOTIFY plainChanged)

 public:
  enum Role { CodeRole = Qt::UserRole + 1, LanguageRole, ContentRole };

  // A block of prose longer than this is closed at the next blank line, twice as long at any line,
  // four times as long anywhere: a layout is never asked for more than that at once.
  static constexpr int kLongProse = 2000;

  explicit ReplyBlocks(QObject* parent = nullptr);

  QString text() const { return text_; }
  void setText(const QString& text);
  // Plain: fences are text like any other (Complete mode).
  bool plain() const { return plain_; }
  void setPlain(bool plain);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

 signals:
  void textChanged();
  void plainChanged();

 private:
  struct Block {
    bool code = false;
    bool closed = false;
    QString language;
    QString settled;  // whole lines, each with its line break
    QString tail;     // the unfinished line at the end; only the last block has one
  };

  void restart();
  void read();
  void takeLine(QStringView line);
  void showTail(QStringView tail);
  Block& open(bool code, const QString& language = {});
  void touch();
  QString shown(const Block& block) const;

  QString text_;
  qsizetype settled_ = 0;  // characters of text_ that lie in whole lines already taken
  bool plain_ = false;
  std::vector<Block> blocks_;
  int changed_ = -1;  // first row whose content changed in this read
};

}  // namespace cria::ui
