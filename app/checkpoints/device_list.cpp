#include "app/checkpoints/device_list.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

namespace cria::app {

namespace {

QString words(const char* text) { return QCoreApplication::translate("cria::Devices", text); }

bool isGpu(const engine::DeviceInfo& device) { return device.device != "cpu"; }

}  // namespace

QStringList DeviceList::choices() const {
  QStringList choices{QStringLiteral("auto")};
  for (const engine::DeviceInfo& device : devices_) {
    choices.append(QString::fromStdString(device.device));
  }
  return choices;
}

QStringList DeviceList::labels() const {
  QStringList labels{words(QT_TRANSLATE_NOOP("cria::Devices", "automatic"))};
  for (const engine::DeviceInfo& device : devices_) {
    const auto same = std::count_if(devices_.begin(), devices_.end(), [&](const auto& other) {
      return isGpu(other) && other.name == device.name;
    });
    QString label = isGpu(device) ? QString::fromStdString(device.name)
                                  : words(QT_TRANSLATE_NOOP("cria::Devices", "CPU"));
    // Two cards of a kind are told apart by their number.
    if (same > 1) label += QStringLiteral(" (%1)").arg(QString::fromStdString(device.device));
    labels.append(label);
  }
  return labels;
}

QString DeviceList::freeMemory(const QString& choice) const {
  const engine::DeviceInfo* device = find(choice);
  if (device == nullptr || device->memory_available == 0) return {};
  return words(QT_TRANSLATE_NOOP("cria::Devices", "%1 of memory free"))
      .arg(QLocale().formattedDataSize(static_cast<qint64>(device->memory_available), 1,
                                       QLocale::DataSizeSIFormat));
}

const engine::DeviceInfo* DeviceList::find(const QString& choice) const {
  const auto found = std::find_if(devices_.begin(), devices_.end(), [&](const auto& device) {
    return choice == QLatin1String("auto") ? isGpu(device)
                                           : choice == QString::fromStdString(device.device);
  });
  if (found != devices_.end()) return &*found;
  // Without a GPU, auto is the CPU.
  const bool any = choice == QLatin1String("auto") && !devices_.empty();
  return any ? &devices_.front() : nullptr;
}

}  // namespace cria::app
