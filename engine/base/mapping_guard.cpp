#include "engine/base/mapping_guard.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>

namespace cria::engine {
namespace {

struct Place {
  std::atomic<bool> taken{false};
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};  ///< 0: nothing is guarded here
  std::atomic<bool> has_gaps{false};
};

// A signal handler can be handed nothing, so it finds them here.
constinit std::array<Place, 256> places;
std::uintptr_t page_size;
struct sigaction before;

Place* place_of(std::uintptr_t address) {
  for (Place& place : places)
    if (place.begin.load(std::memory_order_acquire) <= address &&
        address < place.end.load(std::memory_order_acquire))
      return &place;
  return nullptr;
}

/// May run in the middle of anything: plain system calls and lock-free atomics only.
void on_bus_error(int signal, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  if (Place* place = place_of(address)) {
    void* page = static_cast<char*>(info->si_addr) - address % page_size;
    place->has_gaps.store(true, std::memory_order_release);
    if (::mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
        MAP_FAILED)
      return;
  }
  // Not ours: the instruction runs again, and the signal goes where it went before.
  ::sigaction(signal, &before, nullptr);
}

void install_handler() {
  page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction ours {};
  ours.sa_sigaction = on_bus_error;
  ours.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&ours.sa_mask);
  ::sigaction(SIGBUS, &ours, &before);
}

}  // namespace

MappingGuard::MappingGuard(std::span<const std::byte> bytes) : place_(-1) {
  static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);
  static std::once_flag installed;
  std::call_once(installed, install_handler);
  for (std::size_t i = 0; i < places.size(); ++i) {
    Place& place = places[i];
    if (place.taken.exchange(true)) continue;
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    place.has_gaps.store(false);
    place.begin.store(begin);
    place.end.store(begin + bytes.size(), std::memory_order_release);
    place_ = static_cast<int>(i);
    return;
  }
}

MappingGuard::~MappingGuard() {
  if (place_ < 0) return;
  Place& place = places[static_cast<std::size_t>(place_)];
  place.end.store(0);
  place.taken.store(false, std::memory_order_release);
}

bool MappingGuard::has_gaps() const {
  return place_ >= 0 &&
         places[static_cast<std::size_t>(place_)].has_gaps.load(std::memory_order_acquire);
}

}  // namespace cria::engine
