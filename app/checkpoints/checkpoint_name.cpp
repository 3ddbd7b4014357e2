#include "app/checkpoints/checkpoint_name.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>

namespace cria::app {

namespace {

QString say(const char* text) { return QCoreApplication::translate("cria::Checkpoints", text); }

double scaleOf(const QString& unit) {
  if (unit.isEmpty()) return 1;
  switch (unit.at(0).toUpper().toLatin1()) {
    case 'K':
      return 1e3;
    case 'M':
      return 1e6;
    case 'B':
      return 1e9;
    case 'T':
      return 1e12;
    default:
      return 1;
  }
}

/// "000500" -> "500".
QString plainNumber(QString digits) {
  while (digits.size() > 1 && digits.startsWith(QLatin1Char('0')) && digits.at(1).isDigit()) {
    digits.remove(0, 1);
  }
  return digits;
}

/// "TinyLlama-1.1B" -> "TinyLlama 1.1B".
QString readable(const QString& folder) {
  QString text = folder;
  return text.replace(QLatin1Char('-'), QLatin1Char(' '))
      .replace(QLatin1Char('_'), QLatin1Char(' '))
      .simplified();
}

/// The last part of a path that names something; a snapshot of the Hugging Face cache is named by
/// its repository. `parent` is what lies above.
QString nameOfFolder(const QString& path, QString* parent) {
  const QStringList parts = QDir::cleanPath(path).split(QLatin1Char('/'), Qt::SkipEmptyParts);
  if (parts.isEmpty()) return path;
  qsizetype last = parts.size() - 1;
  if (last >= 2 && parts.at(last - 1) == QLatin1String("snapshots") &&
      parts.at(last - 2).startsWith(QLatin1String("models--"))) {
    last -= 2;
  }
  *parent = last > 0 ? parts.at(last - 1) : QString();
  const QString& folder = parts.at(last);
  return folder.startsWith(QLatin1String("models--")) ? folder.section(QLatin1String("--"), -1)
                                                      : folder;
}

CheckpointName readName(const QString& path) {
  static const QRegularExpression kStep(QStringLiteral(
      "^(.*?)(?:^|[-_])(?:intermediate[-_])?(?:global[-_]?step|step|checkpoint|ckpt|iter)[-_]?"
      "(\\d+(?:\\.\\d+)?)([kKmM]?)(?:[-_](?:tokens?[-_]?)?(\\d+(?:\\.\\d+)?)([mMbBtT]))?"
      "(?:[-_]ckpt|\\.pth)?$"));
  static const QRegularExpression kChat(QStringLiteral("^(.*?)[-_](chat|instruct)(?:[-_](.+))?$"),
                                        QRegularExpression::CaseInsensitiveOption);

  CheckpointName result;
  QString parent;
  const QString folder = nameOfFolder(path, &parent);
  const QRegularExpressionMatch step = kStep.match(folder);
  if (step.hasMatch()) {
    const QString base = step.captured(1).isEmpty() ? parent : step.captured(1);
    const QString number = plainNumber(step.captured(2)) + step.captured(3).toLower();
    result.name = readable(base);
    result.run = step.captured(1).isEmpty() ? QDir::cleanPath(path + QLatin1String("/..")) : base;
    result.shortLabel = number;
    result.step = step.captured(2).toDouble() * scaleOf(step.captured(3));
    result.label = say(QT_TRANSLATE_NOOP("cria::Checkpoints", "step %1")).arg(number);
    if (!step.captured(4).isEmpty()) {
      const QString tokens = step.captured(4) + step.captured(5).toUpper();
      result.tokens = step.captured(4).toDouble() * scaleOf(step.captured(5));
      result.label =
          say(QT_TRANSLATE_NOOP("cria::Checkpoints", "step %1 · %2 tokens")).arg(number, tokens);
    }
    if (result.name.isEmpty()) result.name = readable(folder);
    return result;
  }
  const QRegularExpressionMatch chat = kChat.match(folder);
  if (chat.hasMatch()) {
    result.name = readable(chat.captured(1));
    result.label = readable(chat.captured(2) + QLatin1Char(' ') + chat.captured(3));
    result.shortLabel = result.label;
    result.run = chat.captured(1) + QLatin1Char('-') + chat.captured(2);
    return result;
  }
  result.name = readable(folder);
  result.shortLabel = result.name;
  result.run = folder;
  return result;
}

}  // namespace

CheckpointName checkpointName(const QString& path) {
  CheckpointName name = readName(path);
  name.signature = name.shortLabel;
  return name;
}

bool trainedBefore(const CheckpointName& a, const CheckpointName& b) {
  if (a.run != b.run) return QString::localeAwareCompare(a.run, b.run) < 0;
  if (a.step != b.step) return a.step < b.step;
  return a.label < b.label;
}

}  // namespace cria::app
