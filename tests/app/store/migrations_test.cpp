// An old database, migrated, equals a fresh one, and keeps what was in it.
#include "app/store/migrations.h"

#include <QSqlQuery>
#include <QTest>

#include "app/store/queries.h"

using namespace cria::app;

namespace {

class Memory {
 public:
  explicit Memory(const char* name) : name_(QLatin1String(name)) {
    database_ = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name_);
    database_.setDatabaseName(QStringLiteral(":memory:"));
    database_.open();
  }
  ~Memory() {
    database_ = {};
    QSqlDatabase::removeDatabase(name_);
  }
  QSqlDatabase& operator*() { return database_; }
  bool run(const QString& statement) {
    QSqlQuery query(database_);
    return query.exec(statement);
  }
  /// Every column of every table and index, in an order of its own.
  QStringList shape() {
    QStringList lines;
    QStringList objects;
    QSqlQuery query(database_);
    query.exec(QStringLiteral("SELECT type, name, tbl_name FROM sqlite_master"));
    while (query.next()) {
      lines << query.value(0).toString() + query.value(1).toString() + query.value(2).toString();
      objects << query.value(1).toString();
    }
    for (const QString& object : objects) {
      for (const char* pragma : {"table_info", "index_xinfo", "index_list", "foreign_key_list"}) {
        query.exec(QStringLiteral("PRAGMA %1(%2)").arg(QLatin1String(pragma), object));
        while (query.next()) {
          // Column 0 is a position: the order of columns and indexes is not the schema's meaning.
          QString line = object + QLatin1Char(' ') + QLatin1String(pragma);
          for (int i = 1; i < 8; ++i) line += QLatin1Char('|') + query.value(i).toString();
          lines << line;
        }
      }
    }
    lines.sort();
    return lines;
  }

 private:
  QString name_;
  QSqlDatabase database_;
};

}  // namespace

class MigrationsTest : public QObject {
  Q_OBJECT

 private slots:
  void migratedEqualsFresh() {
    Memory fresh("fresh");
    Memory old("old");
    QVERIFY(!migrate(*fresh).isValid());
    QVERIFY(!migrateStepByStep(*old).isValid());
    QCOMPARE(schemaVersion(*fresh), std::optional(kSchemaVersion));
    QCOMPARE(schemaVersion(*old), std::optional(kSchemaVersion));
    QVERIFY(fresh.shape().size() > 30);
    QCOMPARE(old.shape(), fresh.shape());
  }

  void keepsTheRowsOfVersion1() {
    Memory old("rows");
    QFile file(QStringLiteral(":/cria/migrations/001_conversations.sql"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    for (const QString& statement : QString::fromUtf8(file.readAll()).split(QLatin1Char(';'))) {
      if (!statement.trimmed().isEmpty()) QVERIFY(old.run(statement));
    }
    QVERIFY(old.run(QStringLiteral("PRAGMA user_version = 1")));
    QVERIFY(old.run(QStringLiteral(
        "INSERT INTO conversations (id, title, created_at, updated_at) VALUES ('c', 'T', 1, 2)")));
    QVERIFY(old.run(QStringLiteral(
        "INSERT INTO messages (id, conversation_id, role, text, created_at, token_ids)"
        " VALUES ('m', 'c', 'assistant', 'hello', 3, x'01000000')")));
    QVERIFY(!migrate(*old).isValid());

    QSqlError error;
    const auto loaded = loadConversation(*old, QStringLiteral("c"), &error);
    QVERIFY(loaded.has_value());
    QCOMPARE(loaded->conversation.title, QStringLiteral("T"));
    QCOMPARE(loaded->conversation.contextPolicy, QStringLiteral("stop"));
    QCOMPARE(loaded->messages.size(), 1);
    QCOMPARE(loaded->messages.first().text, QStringLiteral("hello"));
    QCOMPARE(loaded->messages.first().tokenIds, QByteArray("\1\0\0\0", 4));
    QCOMPARE(loaded->messages.first().promptTokens, 0);
  }

  void leavesANewerDatabaseAlone() {
    Memory newer("newer");
    QVERIFY(newer.run(QStringLiteral("PRAGMA user_version = 99")));
    QVERIFY(!migrate(*newer).isValid());
    QCOMPARE(schemaVersion(*newer), std::optional(99));
    QVERIFY(newer.shape().isEmpty());
  }

  void rollsBackAMigrationThatFails() {
    Memory broken("broken");
    QVERIFY(broken.run(QStringLiteral("CREATE TABLE conversations (id TEXT)")));
    QVERIFY(broken.run(QStringLiteral("PRAGMA user_version = 1")));
    QVERIFY(migrate(*broken).isValid());
    QCOMPARE(schemaVersion(*broken), std::optional(1));
  }
};

QTEST_GUILESS_MAIN(MigrationsTest)
#include "migrations_test.moc"
