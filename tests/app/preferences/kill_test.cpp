// No kill leaves half a file of preferences, or anything that holds the next start up. Starts no
// thread: ThreadSanitizer allows none after QProcess.
#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <cstdio>

#include "app/preferences/preferences_file.h"
#include "app/replace_file.h"

using namespace cria::app;

namespace {

constexpr auto kWriteUntilKilled = "--write-until-killed";
/// Long enough that most kills come in the middle of writing it.
constexpr int kLongText = 3 << 20;

/// What the killed process does: 1, 2, 3, .. each with a text that shows which it belongs to.
int writeUntilKilled(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  const QString file = QString::fromLocal8Bit(argv[2]) + QLatin1String("/preferences.json");
  const auto say = [](char what, int number) {
    std::printf("%c%d\n", what, number);
    std::fflush(stdout);
  };
  for (int number = 1;; ++number) {
    changePreferences(file, {},
                      {{QStringLiteral("number"), number},
                       {QStringLiteral("text"), QString(kLongText, QChar(u'a' + number % 26))}},
                      [&](const QString& path, const QByteArray& bytes) {
                        say('b', number);
                        QString problem = replaceFile(path, bytes);
                        say('e', number);
                        return problem;
                      });
  }
}

/// A finished file has a name of its own for a moment before it takes the place of the old one. A
/// kill in that moment leaves it; it counts as left behind after a minute, which is over now.
void makeOld(const QString& folder) {
  const QFileInfoList all = QDir(folder).entryInfoList(QDir::Files | QDir::Hidden);
  for (const QFileInfo& info : all) {
    QFile file(info.absoluteFilePath());
    if (file.open(QIODevice::ReadWrite)) {
      file.setFileTime(QDateTime::currentDateTime().addSecs(-120), QFile::FileModificationTime);
    }
  }
}

}  // namespace

class KillTest : public QObject {
  Q_OBJECT

 private slots:
  void noKillLeavesHalfAFile() {
    constexpr int kKills = 25;
    // More, until so many came in the middle of a write: where the disk is quick, few do.
    constexpr int kMostKills = 200;
    constexpr int kUnfinished = 4;
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("preferences.json"));
    int unfinished = 0;
    int kills = 0;
    for (; kills < kKills || (unfinished < kUnfinished && kills < kMostKills); ++kills) {
      QProcess writer;
      writer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
      writer.start(QCoreApplication::applicationFilePath(),
                   {QLatin1String(kWriteUntilKilled), folder.path()});
      // One write is whole, and another has begun.
      QByteArray said;
      while (!said.contains('e') || said.lastIndexOf('b') < said.lastIndexOf('e')) {
        QVERIFY(writer.waitForReadyRead(30000));
        said += writer.readAllStandardOutput();
      }
      QThread::usleep(static_cast<unsigned long>(random.bounded(20000)));
      QCOMPARE(writer.state(), QProcess::Running);
      writer.kill();
      QVERIFY(writer.waitForFinished());
      said += writer.readAllStandardOutput();
      // The last line may have been cut in two.
      int whole = 0;
      const QList<QByteArray> lines = said.left(said.lastIndexOf('\n')).split('\n');
      for (const QByteArray& line : lines) {
        if (line.startsWith('e')) whole = line.mid(1).toInt();
      }
      if (lines.last().startsWith('b')) ++unfinished;

      QElapsedTimer clock;
      clock.start();
      {
        const StoredPreferences stored = readPreferences(file);
        QCOMPARE(stored.notice, QString());
        const int number = stored.values.value(QLatin1String("number")).toInt();
        QVERIFY2(number >= whole, qPrintable(QStringLiteral("%1 %2").arg(number).arg(whole)));
        QCOMPARE(stored.values.value(QLatin1String("text")).toString(),
                 QString(kLongText, QChar(u'a' + number % 26)));
        const QJsonObject after{{QStringLiteral("after"), kills}};
        QCOMPARE(changePreferences(file, {}, after, replaceFile), QString());
      }
      QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
      makeOld(folder.path());
      removeUnfinished(file);
      QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden),
               QStringList{QStringLiteral("preferences.json")});
      QCOMPARE(readPreferences(file).values.value(QLatin1String("after")).toInt(), kills);
    }
    qInfo("%d kills, %d of them in the middle of a write", kills, unfinished);
    QVERIFY(unfinished >= kUnfinished);
  }
};

int main(int argc, char** argv) {
  if (argc == 3 && qstrcmp(argv[1], kWriteUntilKilled) == 0) return writeUntilKilled(argc, argv);
  const QCoreApplication application(argc, argv);
  KillTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "kill_test.moc"
