// A reply in blocks: whatever the pieces in which it arrives, the blocks are those of the whole
// text.
#include "ui/text/reply_blocks.h"

#include <QRandomGenerator>
#include <QTest>

using cria::ui::ReplyBlocks;

namespace {

QStringList shown(const ReplyBlocks& blocks) {
  QStringList rows;
  for (int i = 0; i < blocks.rowCount(); ++i) {
    const QModelIndex row = blocks.index(i);
    const QString content = row.data(ReplyBlocks::ContentRole).toString();
    if (row.data(ReplyBlocks::CodeRole).toBool()) {
      rows << QStringLiteral("[%1]").arg(row.data(ReplyBlocks::LanguageRole).toString()) + content;
    } else if (!content.isEmpty()) {
      rows << content;
    }
  }
  return rows;
}

QStringList whole(const QString& text, bool plain = false) {
  ReplyBlocks blocks;
  blocks.setPlain(plain);
  blocks.setText(text);
  return shown(blocks);
}

}  // namespace

class ReplyBlocksTest : public QObject {
  Q_OBJECT

 private slots:
  void blocks_data();
  void blocks();
  void anyPiecesGiveTheSameBlocks();
  void longTextIsSplitAndNothingIsLost();
  void settledRowsAreNotTouched();
  void plainKeepsFences();
};

void ReplyBlocksTest::blocks_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QStringList>("rows");
  QTest::newRow("empty") << "" << QStringList();
  QTest::newRow("prose") << "One.\n\nTwo." << QStringList{"One.\n\nTwo."};
  QTest::newRow("leading lines") << "\n\nOne." << QStringList{"One."};
  QTest::newRow("code") << "See:\n```cpp\nint a;\n```\nDone."
                        << QStringList{"See:", "[cpp]int a;", "Done."};
  QTest::newRow("code that is not closed yet")
      << "```\nint a;\nint" << QStringList{"[]int a;\nint"};
  QTest::newRow("fence being typed") << "See:\n```c" << QStringList{"See:\n"};
  QTest::newRow("closing fence being typed") << "```\na\n```" << QStringList{"[]a\n"};
  QTest::newRow("two fences") << "```\na\n```\n```\nb\n```\n" << QStringList{"[]a", "[]b"};
  QTest::newRow("backticks in a line") << "use `x` and ``y``" << QStringList{"use `x` and ``y``"};
  QTest::newRow("code keeps blank lines") << "```\na\n\nb\n```\n" << QStringList{"[]a\n\nb"};
}

void ReplyBlocksTest::blocks() {
  QFETCH(QString, text);
  QFETCH(QStringList, rows);
  QCOMPARE(whole(text), rows);
}

void ReplyBlocksTest::anyPiecesGiveTheSameBlocks() {
  const quint32 seed = QRandomGenerator::global()->generate();
  qInfo("seed %u", seed);
  QRandomGenerator random(seed);
  const QStringList words = {"a",        "llama ",  "\n", "\n\n", "```",
                             "```cpp\n", "\n```\n", "  ", "{",    "لَمَ"};
  for (int round = 0; round < 300; ++round) {
    QString text;
    for (int i = random.bounded(1, 60); i > 0; --i) {
      text += words.at(random.bounded(int(words.size())));
    }
    const bool plain = random.bounded(2) == 0;
    ReplyBlocks grown;
    grown.setPlain(plain);
    for (qsizetype at = 0; at < text.size();) {
      at = qMin(text.size(), at + random.bounded(1, 8));
      grown.setText(text.left(at));
    }
    QCOMPARE(shown(grown), whole(text, plain));
  }
}

void ReplyBlocksTest::longTextIsSplitAndNothingIsLost() {
  const QString sentence = QStringLiteral("The llama walks on. ");
  for (const QString& text : {sentence.repeated(3000), QString(60000, u'x'),
                              (sentence.repeated(20) + u'\n').repeated(200)}) {
    ReplyBlocks blocks;
    blocks.setText(text);
    QVERIFY(blocks.rowCount() > 3);
    for (const QString& row : shown(blocks)) {
      QVERIFY2(row.size() <= 4 * ReplyBlocks::kLongProse + 1,
               qPrintable(QString::number(row.size())));
    }
    QCOMPARE(shown(blocks).join(QString()).remove(u'\n'), QString(text).remove(u'\n'));
  }
}

void ReplyBlocksTest::settledRowsAreNotTouched() {
  ReplyBlocks blocks;
  QString text = QStringLiteral("First.\n```\ncode\n```\nSecond");
  blocks.setText(text);
  QCOMPARE(blocks.rowCount(), 3);
  int lowest = 99;
  connect(&blocks, &QAbstractItemModel::dataChanged, this,
          [&](const QModelIndex& first) { lowest = qMin(lowest, first.row()); });
  connect(&blocks, &QAbstractItemModel::modelReset, this, [&] { lowest = -1; });
  for (int i = 0; i < 50; ++i) {
    text += QStringLiteral(" and more");
    blocks.setText(text);
  }
  QCOMPARE(lowest, 2);
}

void ReplyBlocksTest::plainKeepsFences() {
  QCOMPARE(whole(QStringLiteral("```\na\n```"), true), QStringList{"```\na\n```"});
}

QTEST_APPLESS_MAIN(ReplyBlocksTest)
#include "reply_blocks_test.moc"
