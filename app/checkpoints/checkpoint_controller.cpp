#include "app/checkpoints/checkpoint_controller.h"

#include <QJsonArray>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "app/checkpoints/checkpoint_scan.h"

namespace cria::app {

namespace {

constexpr auto kLibrary = "checkpoints/library";
constexpr auto kLast = "checkpoints/last";
constexpr auto kForgotten = "checkpoints/forgotten";
constexpr auto kDevice = "checkpoints/device";
constexpr auto kPrecision = "checkpoints/precision";
constexpr auto kThreads = "checkpoints/threads";
constexpr int kMostThreads = 1024;

QString autoChoice() { return QStringLiteral("auto"); }

}  // namespace

CheckpointController::CheckpointController(InferenceService* inference, Preferences* preferences,
                                           DemoLlama demo, QObject* parent)
    : QObject(parent),
      inference_(inference),
      preferences_(preferences),
      demo_(std::move(demo)),
      deviceChoice_(preferences->value(kDevice).toString(autoChoice())),
      precisionChoice_(preferences->value(kPrecision).toString(autoChoice())),
      threadsChoice_(std::clamp(preferences->value(kThreads).toInt(0), 0, kMostThreads)),
      disk_(QStringLiteral("disk")) {
  if (!precisionChoices().contains(precisionChoice_)) precisionChoice_ = autoChoice();
  connect(inference_, &InferenceService::openProgressed, this,
          [this](quint64 id, quint64 done, quint64 total) {
            if (id != openingId_) return;
            bytesDone_ = done;
            bytesTotal_ = total;
            emit progressChanged();
          });
  connect(inference_, &InferenceService::openFinished, this, &CheckpointController::onOpened);
  connect(inference_, &InferenceService::devicesFound, this, &CheckpointController::onDevices);

  fillLibrary();
}

QStringList CheckpointController::pathsIn(const char* key) const {
  return preferences_->value(key).toVariant().toStringList();
}

void CheckpointController::fillLibrary() {
  for (const QString& kept : pathsIn(kLibrary)) {
    const QString path = demo_.path(kept);
    if (!path.isEmpty()) addToLibrary(path);
  }
  const QStringList forgotten = pathsIn(kForgotten);
  for (const QString& path : demo_.checkpoints()) {
    if (!forgotten.contains(demo_.kept(path))) addToLibrary(path);
  }
  saveLibrary();
  const QStringList known = library_.paths();
  inBackground<QStringList>(
      [known] {
        QStringList missing;
        for (const QString& path : known) {
          if (!isCheckpointFolder(path)) missing.append(path);
        }
        return missing;
      },
      [this](const QStringList& missing) {
        for (const QString& path : missing) library_.setAvailable(path, false);
      });
}

CheckpointController::~CheckpointController() { disk_.stop(); }

template <typename Value>
void CheckpointController::inBackground(std::function<Value()> work,
                                        std::function<void(const Value&)> done) {
  disk_.post([this, work = std::move(work), done = std::move(done)] {
    toGui_.post([done, value = work()] { done(value); });
  });
}

QString CheckpointController::state() const {
  if (scanning_ || openingId_ != 0) return QStringLiteral("loading");
  if (info_) return QStringLiteral("ready");
  return errorTitle_.isEmpty() ? QStringLiteral("none") : QStringLiteral("error");
}

double CheckpointController::loadProgress() const {
  return bytesTotal_ == 0 ? 0 : static_cast<double>(bytesDone_) / static_cast<double>(bytesTotal_);
}

QString CheckpointController::loadText() const {
  if (bytesTotal_ == 0) return {};
  const QLocale locale;
  const auto size = [&](quint64 bytes) {
    return locale.formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
  };
  return tr("%1 of %2").arg(size(bytesDone_), size(bytesTotal_));
}

QString CheckpointController::loadingName() const {
  if (openingPath_.isEmpty()) return {};
  const CheckpointName name = demo_.name(openingPath_);
  return name.label.isEmpty() ? name.name : tr("%1, %2").arg(name.name, name.label);
}

QString CheckpointController::format() const {
  return info_ ? QString::fromStdString(info_->format) : QString();
}

QString CheckpointController::device() const {
  return info_ ? QString::fromStdString(info_->device).toUpper() : QString();
}

QString CheckpointController::deviceName() const {
  return info_ ? QString::fromStdString(info_->device_name) : QString();
}

QString CheckpointController::precision() const {
  return info_ ? QString::fromStdString(info_->precision) : QString();
}

QString CheckpointController::notes() const {
  QStringList sentences;
  if (info_) {
    for (const std::string& note : info_->notes) sentences.append(QString::fromStdString(note));
  }
  const QString notes = sentences.join(QLatin1Char(' '));
  return notes == dismissedNotes_ ? QString() : notes;
}

void CheckpointController::dismissNotes() {
  dismissedNotes_ = notes();
  emit currentChanged();
}

QStringList CheckpointController::precisionChoices() const {
  return {autoChoice(),           QStringLiteral("f32"), QStringLiteral("f16"),
          QStringLiteral("bf16"), QStringLiteral("q8"),  QStringLiteral("q4")};
}

void CheckpointController::setChoice(QString* choice, const QString& value, const char* key) {
  if (value == *choice) return;
  *choice = value;
  preferences_->set(key, value);
  emit choicesChanged();
  openAgain();
}

void CheckpointController::openAgain() {
  // While it looks at the disk, it will open with the new choices anyway.
  if (scanning_) return;
  const QString path = openingPath_.isEmpty() ? path_ : openingPath_;
  if (!path.isEmpty()) startOpening(path);
}

void CheckpointController::setDeviceChoice(const QString& choice) {
  setChoice(&deviceChoice_, choice, kDevice);
  emit devicesChanged();
}

void CheckpointController::setPrecisionChoice(const QString& choice) {
  if (precisionChoices().contains(choice)) setChoice(&precisionChoice_, choice, kPrecision);
}

void CheckpointController::setThreadsChoice(int threads) {
  const int value = std::clamp(threads, 0, kMostThreads);
  if (value == threadsChoice_) return;
  threadsChoice_ = value;
  preferences_->set(kThreads, value);
  emit choicesChanged();
  openAgain();
}

void CheckpointController::onDevices(const std::vector<engine::DeviceInfo>& devices) {
  devices_.set(devices);
  if (!deviceChoices().contains(deviceChoice_)) deviceChoice_ = autoChoice();
  emit choicesChanged();
  emit devicesChanged();
}

void CheckpointController::lookAtDevices() { inference_->listDevices(); }

void CheckpointController::open(const QString& path) {
  if (path.isEmpty()) return;
  const quint64 scan = ++scan_;
  scanning_ = true;
  openingPath_ = path;
  dismissError();
  emit stateChanged();
  inBackground<CheckpointScan>([path] { return scanForCheckpoints(path); },
                               [this, scan](const CheckpointScan& found) {
                                 if (scan != scan_) return;
                                 scanning_ = false;
                                 addFound(found);
                                 startOpening(found.target);
                               });
}

void CheckpointController::addFound(const CheckpointScan& found) {
  QStringList forgotten = pathsIn(kForgotten);
  for (const QString& path : found.found) {
    const QString kept = demo_.kept(path);
    if (found.beside.contains(path) && forgotten.contains(kept)) continue;
    forgotten.removeAll(kept);
    addToLibrary(path);
  }
  preferences_->set(kForgotten, QJsonArray::fromStringList(forgotten));
  saveLibrary();
}

void CheckpointController::openFolderUrl(const QUrl& url) {
  open(url.isLocalFile() ? url.toLocalFile() : url.toString());
}

void CheckpointController::startOpening(const QString& path) {
  openingPath_ = path;
  bytesDone_ = 0;
  bytesTotal_ = 0;
  engine::LoadOptions options;
  options.device = deviceChoice_.toStdString();
  options.precision = precisionChoice_.toStdString();
  options.threads = threadsChoice_;
  openingId_ = inference_->open(path, options);
  dismissError();
  emit progressChanged();
  emit stateChanged();
}

void CheckpointController::onOpened(const OpenOutcome& outcome) {
  if (outcome.info) {
    // Also when a later opening is on its way: until then this one answers.
    info_ = outcome.info;
    path_ = QString::fromStdString(info_->path.string());
    name_ = demo_.name(path_);
  } else if (!outcome.previousKept) {
    info_.reset();
    path_.clear();
    name_ = {};
  }
  const bool latest = outcome.id == openingId_;
  if (latest) {
    openingId_ = 0;
    openingPath_.clear();
  }
  if (outcome.info) {
    addToLibrary(path_);
    saveLibrary();
    preferences_->set(kLast, demo_.kept(path_));
  }
  library_.setCurrent(path_);
  library_.setSpare(outcome.sparePath);
  if (outcome.lostGpu) sayGpuIsLost(outcome);
  if (latest && outcome.error && outcome.error->kind != ErrorKind::cancelled) {
    QString text = QString::fromStdString(outcome.error->message);
    if (!outcome.previousKept) {
      text += QLatin1Char(' ') + tr("The checkpoint of before was closed to make room.");
    } else if (info_) {
      text += QLatin1Char(' ') + tr("%1 still answers.").arg(name_.shortLabel);
    }
    setError(tr("The checkpoint could not be opened"), text);
  }
  emit currentChanged();
  emit stateChanged();
}

void CheckpointController::sayGpuIsLost(const OpenOutcome& outcome) {
  const QString why = QString::fromStdString(outcome.lostGpu->message);
  if (outcome.info) {
    setError(tr("The CPU carries on"), tr("The GPU failed in mid-reply: %1").arg(why));
  } else {
    setError(tr("The checkpoint was closed"),
             tr("The GPU failed in mid-reply (%1), and on the CPU it does not open: %2")
                 .arg(why, QString::fromStdString(outcome.error->message)));
  }
}

void CheckpointController::cancelLoading() {
  if (scanning_) {
    scanning_ = false;
    ++scan_;
    openingPath_.clear();
    emit stateChanged();
  }
  inference_->cancelOpen();
}

void CheckpointController::forget(const QString& path) {
  library_.remove(path);
  QStringList forgotten = pathsIn(kForgotten);
  forgotten.removeAll(demo_.kept(path));
  preferences_->set(kForgotten, QJsonArray::fromStringList(forgotten << demo_.kept(path)));
  saveLibrary();
}

void CheckpointController::saveLibrary() {
  QStringList kept = library_.paths();
  for (QString& path : kept) path = demo_.kept(path);
  preferences_->set(kLibrary, QJsonArray::fromStringList(kept));
}

void CheckpointController::openLast() {
  const QString last = demo_.path(preferences_->value(kLast).toString());
  open(last.isEmpty() ? demo_.last() : last);
}

void CheckpointController::setTokensPerSecond(double rate) {
  if (rate == tokensPerSecond_) return;
  tokensPerSecond_ = rate;
  emit tokensPerSecondChanged();
}

void CheckpointController::setError(const QString& title, const QString& text) {
  errorTitle_ = title;
  errorText_ = text;
  emit errorChanged();
}

void CheckpointController::dismissError() {
  if (errorTitle_.isEmpty() && errorText_.isEmpty()) return;
  setError({}, {});
  emit stateChanged();
}

}  // namespace cria::app
