// The devices of this machine in words, for the picker.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "engine/engine.h"

namespace cria::app {

/// GUI thread. The first choice is always "auto": the first GPU, or else the CPU.
class DeviceList {
 public:
  void set(std::vector<engine::DeviceInfo> devices) { devices_ = std::move(devices); }

  /// What LoadOptions::device takes: auto, cpu, cuda:0, ..
  QStringList choices() const;
  /// A person's words for each of them, in the same order.
  QStringList labels() const;
  /// How much memory the device of a choice had free when it was last asked; "": not known.
  QString freeMemory(const QString& choice) const;

 private:
  const engine::DeviceInfo* find(const QString& choice) const;

  std::vector<engine::DeviceInfo> devices_{{"cpu", {}, {}, 0, 0}};
};

}  // namespace cria::app
