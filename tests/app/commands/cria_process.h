// The cria program as a script calls it: no display.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

namespace cria::app::testing {

struct Ran {
  int code = -1;
  QByteArray out;
  QByteArray err;
};

inline void prepare(QProcess& process) {
  auto environment = QProcessEnvironment::systemEnvironment();
  for (const auto* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    environment.remove(QString::fromLatin1(name));
  }
  process.setProcessEnvironment(environment);
}

inline Ran run(const QString& program, const QStringList& arguments, const QByteArray& input) {
  QProcess process;
  prepare(process);
  process.start(program, arguments);
  process.write(input);
  process.closeWriteChannel();
  Ran ran;
  if (process.waitForFinished(60000) && process.exitStatus() == QProcess::NormalExit) {
    ran.code = process.exitCode();
  }
  ran.out = process.readAllStandardOutput();
  ran.err = process.readAllStandardError();
  return ran;
}

inline Ran runCria(const QStringList& arguments, const QByteArray& input = {}) {
  return run(QStringLiteral(CRIA_BINARY), arguments, input);
}

inline Ran shell(const QString& command) {
  return run(QStringLiteral("bash"), {QStringLiteral("-c"), command}, {});
}

inline QJsonObject object(const QByteArray& line) { return QJsonDocument::fromJson(line).object(); }

}  // namespace cria::app::testing
