// Which window may write: the first one. The kernel lets go of the lock when its process ends, in
// whatever way.
#pragma once

#include <QString>

namespace cria::app {

class InstanceLock {
 public:
  enum class State { held, heldByOther, cannotWrite };

  InstanceLock() = default;
  InstanceLock(const InstanceLock&) = delete;
  InstanceLock& operator=(const InstanceLock&) = delete;
  ~InstanceLock();

  /// Does not wait. Once held, it is held until destruction.
  State tryLock(const QString& path);

 private:
  int descriptor_ = -1;
};

}  // namespace cria::app
