// Preferences: nobody waits for the disk, and the last value wins.
#include "app/preferences/preferences.h"

#include <QDateTime>
#include <QDir>
#include <QJsonArray>
#include <QSettings>
#include <QSignalSpy>
#include <QThread>
#include <atomic>

#include "tests/app/support.h"
#include "tests/app/tick_monitor.h"

using namespace cria::app;
using namespace cria::app::testing;

class PreferencesTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  QString file() const { return folder_->filePath(QStringLiteral("preferences.json")); }
  void put(const QByteArray& bytes) const {
    QFile made(file());
    QVERIFY(made.open(QIODevice::WriteOnly));
    made.write(bytes);
  }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void whatIsSetIsThereAgain() {
    {
      Preferences preferences(folder_->path());
      QVERIFY(!preferences.contains("width"));
      QCOMPARE(preferences.value("width").toInt(7), 7);
      preferences.set("width", 900);
      preferences.set("list", QJsonArray{1, 2});
      preferences.set("open", false);
      QCOMPARE(preferences.value("width").toInt(), 900);
    }
    const Preferences preferences(folder_->path());
    QCOMPARE(preferences.value("width").toInt(), 900);
    QCOMPARE(preferences.value("list").toArray(), QJsonArray({1, 2}));
    QVERIFY(preferences.contains("open"));
    QCOMPARE(preferences.problem(), QString());
    QCOMPARE(QFile::permissions(file()) & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
  }

  void aSlowDiskHoldsNobodyUp() {
    std::atomic<int> writing = 0;
    std::atomic<int> most = 0;
    std::atomic<int> writes = 0;
    const auto slow = [&](const QString& path, const QByteArray& bytes) {
      most = std::max(most.load(), ++writing);
      ++writes;
      QThread::msleep(500);
      --writing;
      return replaceFile(path, bytes);
    };
    constexpr int kChanges = 1500;
    {
      Preferences preferences(folder_->path(), slow);
      const TickMonitor monitor;
      for (int i = 1; i <= kChanges; ++i) {
        preferences.set("value", i);
        if (i % 10 == 0) spin(10);
      }
      qInfo("%d changes, %d writes of 500 ms, longest gap %.1f ms", kChanges, writes.load(),
            monitor.longestMs());
      QVERIFY2(monitor.longestMs() < kLongestGapMs,
               qPrintable(QString::number(monitor.longestMs())));
      QVERIFY(writes >= 2);
    }
    QCOMPARE(most.load(), 1);
    QVERIFY2(writes <= 6, qPrintable(QString::number(writes)));
    QCOMPARE(Preferences(folder_->path()).value("value").toInt(), kChanges);
  }

  // On disks that cannot write a file without a name.
  void whatAKillLeftIsTakenAwayWhenItIsOld() {
    const QString old = file() + QLatin1String(".AbCdEf");
    const QString young = file() + QLatin1String(".GhIjKl");
    for (const QString& name : {old, young}) {
      QFile left(name);
      QVERIFY(left.open(QIODevice::ReadWrite));
      if (name == young) continue;
      left.setFileTime(QDateTime::currentDateTime().addSecs(-120), QFile::FileModificationTime);
    }
    const Preferences preferences(folder_->path());
    QVERIFY(!QFile::exists(old));
    QVERIFY(QFile::exists(young));
  }

  void aDamagedFileIsSetAside_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("cut in two") << QByteArray("{\"width\": 900, \"thr");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("another thing") << QByteArray("[1, 2]");
    QTest::newRow("zeros") << QByteArray(4096, '\0');
  }
  void aDamagedFileIsSetAside() {
    QFETCH(QByteArray, content);
    put(content);
    QString aside;
    {
      Preferences preferences(folder_->path());
      QVERIFY(!preferences.contains("width"));
      const QStringList found =
          QDir(folder_->path()).entryList({QStringLiteral("preferences.json.damaged-*")});
      QCOMPARE(found.size(), 1);
      aside = folder_->filePath(found.first());
      QVERIFY2(preferences.problem().contains(aside), qPrintable(preferences.problem()));
      // Said until it is read, not until the first write.
      preferences.set("width", 800);
      QTRY_VERIFY(QFile::exists(file()));
      QTest::qWait(20);
      QVERIFY(!preferences.problem().isEmpty());
      preferences.dismissProblem();
      QCOMPARE(preferences.problem(), QString());
    }
    QFile kept(aside);
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), content);
    QCOMPARE(Preferences(folder_->path()).value("width").toInt(), 800);
  }

  void aFolderThatCannotBeWrittenToIsSaidOnce() {
    const AsNobody nobody;
    const QTemporaryDir own;
    QVERIFY(QFile::setPermissions(own.path(), QFile::ReadOwner | QFile::ExeOwner));
    Preferences preferences(own.path());
    QSignalSpy problems(&preferences, &Preferences::problemChanged);
    preferences.set("width", 900);
    QTRY_COMPARE(problems.size(), 1);
    QVERIFY2(preferences.problem().contains(own.path()), qPrintable(preferences.problem()));
    preferences.dismissProblem();
    preferences.set("width", 901);
    preferences.set("height", 700);
    QTest::qWait(600);
    QCOMPARE(preferences.problem(), QString());
    QCOMPARE(preferences.value("width").toInt(), 901);
    // As soon as it can be written, what was kept is.
    QFile::setPermissions(own.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    preferences.set("x", 1);
    preferences.shutdown();
    const Preferences again(own.path());
    QCOMPARE(again.value("width").toInt(), 901);
    QCOMPARE(again.value("height").toInt(), 700);
  }

  void twoWindowsKeepEachOthersChanges() {
    {
      Preferences first(folder_->path());
      Preferences second(folder_->path());
      first.set("library", 1);
      first.shutdown();
      second.set("width", 2);
    }
    const Preferences preferences(folder_->path());
    QCOMPARE(preferences.value("library").toInt(), 1);
    QCOMPARE(preferences.value("width").toInt(), 2);
  }

  void anOlderCriasSettingsAreTakenOver() {
    {
      QSettings old(folder_->filePath(QStringLiteral("cria.ini")), QSettings::IniFormat);
      old.setValue(QStringLiteral("window/width"), 901);
      old.setValue(QStringLiteral("window/leftPane"), false);
      old.setValue(QStringLiteral("window/theme"), QStringLiteral("dark"));
      old.setValue(QStringLiteral("checkpoints/library"), QStringList{QStringLiteral("/a, b/c")});
      old.setValue(QStringLiteral("sampling/lastUsed"), QByteArray("{\"seed\":\"12\"}"));
    }
    {
      Preferences preferences(folder_->path());
      QCOMPARE(preferences.value("window/width").toInt(), 901);
      QCOMPARE(preferences.value("window/leftPane").toBool(true), false);
      QCOMPARE(preferences.value("window/theme").toString(), QStringLiteral("dark"));
      QCOMPARE(preferences.value("checkpoints/library").toVariant().toStringList(),
               QStringList{QStringLiteral("/a, b/c")});
      QCOMPARE(preferences.value("sampling/lastUsed").toObject().value(QLatin1String("seed")),
               QJsonValue(QStringLiteral("12")));
      preferences.set("window/width", 902);
    }
    const Preferences preferences(folder_->path());
    QCOMPARE(preferences.value("window/width").toInt(), 902);
    QCOMPARE(preferences.value("window/theme").toString(), QStringLiteral("dark"));
  }
};

QTEST_GUILESS_MAIN(PreferencesTest)
#include "preferences_test.moc"
