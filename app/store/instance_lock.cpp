#include "app/store/instance_lock.h"

#include <QFile>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace cria::app {

InstanceLock::~InstanceLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

InstanceLock::State InstanceLock::tryLock(const QString& path) {
  if (descriptor_ >= 0) return State::held;
  constexpr mode_t kOwnerOnly = 0600;
  const int descriptor =
      ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) return State::cannotWrite;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const bool other = errno == EWOULDBLOCK;
    ::close(descriptor);
    return other ? State::heldByOther : State::cannotWrite;
  }
  descriptor_ = descriptor;
  return State::held;
}

}  // namespace cria::app
