#include "tests/simt/machine/shared.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "tests/simt/machine/block.h"
#include "tests/simt/machine/fault.h"

namespace simt {
namespace {

constexpr std::size_t range_bytes = shared_range_bytes;
constexpr std::size_t gap = 64;
constexpr std::uint32_t nobody = 0xFFFFFFFFU;
constexpr std::uint32_t several = 0xFFFFFFFEU;

/// Moments count barriers, for the whole run, so that a new block needs no cleaning.
struct Touch {
  std::uint32_t thread = nobody;
  std::uint32_t warp = nobody;  // readers of several warps: several
  std::uint64_t moment = 0;     // of the block
  std::uint64_t warp_moment = 0;
};

struct Word {
  Touch writer;
  Touch reader;
};

std::array<std::uint8_t, range_bytes> shadow;  // 0 nothing, 1 in an array, 3 written
std::array<Word, range_bytes / 4> words;
std::vector<std::pair<const void*, void*>> arrays;
std::size_t used = 0;
std::size_t array_bytes = 0;
void* dynamic = nullptr;

std::size_t offset_of(const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) - shared_range);
}

void* reserve(std::size_t bytes) {
  array_bytes += bytes;
  if (array_bytes > most_shared_bytes)
    report(FaultKind::bad_launch, std::to_string(array_bytes) +
                                      " bytes of shared memory are more than the " +
                                      std::to_string(most_shared_bytes) + " that every card gives");
  const std::size_t offset = (used + 255) / 256 * 256;
  std::memset(shadow.data() + offset, 1, bytes);
  used = offset + bytes + gap;
  return shared_range + offset;
}

/// `before` came in the same moment from a thread that nothing put in order with this one.
bool collides(const Touch& before, const ThreadMoment& now) {
  if (before.moment != now.block || before.thread == now.thread) return false;
  return before.warp != now.warp || before.warp_moment == now.warp_moment;
}

void race(const void* address, const char* what, const Touch& other) {
  const Unchecked building_words;
  report(FaultKind::race, std::string(what) + " at byte " + std::to_string(offset_of(address)) +
                              " of shared memory by thread " +
                              (other.thread == several ? "s" : std::to_string(other.thread)) +
                              " since the last barrier");
}

template <typename Check>
void for_words(const void* address, std::size_t bytes, const Check& check) {
  const std::size_t from = offset_of(address) / 4;
  const std::size_t to = (offset_of(address) + bytes - 1) / 4;
  for (std::size_t i = from; i <= to; ++i) check(words[i]);
}

}  // namespace

alignas(256) std::byte shared_range[shared_range_bytes];

void begin_shared(std::size_t dynamic_bytes) {
  std::memset(shadow.data(), 0, used);
  arrays.clear();
  used = gap;
  array_bytes = 0;
  dynamic = dynamic_bytes == 0 ? nullptr : reserve(dynamic_bytes);
}

void* shared_array(const void* site, std::size_t bytes) {
  const Unchecked searching;
  for (const auto& [known, address] : arrays)
    if (known == site) return address;
  void* address = reserve(bytes);
  arrays.emplace_back(site, address);
  return address;
}

void* dynamic_shared() { return dynamic; }

void check_shared_read(const void* address, std::size_t bytes) {
  const std::size_t offset = offset_of(address);
  std::uint8_t seen = 3;
  for (std::size_t i = 0; i < bytes; ++i) seen &= shadow[offset + i];
  if (seen == 0)
    report(FaultKind::out_of_bounds, "reads outside of its shared arrays");
  else if (seen != 3)
    report(FaultKind::unwritten, "reads shared memory that nothing wrote");
  const ThreadMoment now = current_moment();
  for_words(address, bytes, [&](Word& word) {
    if (collides(word.writer, now)) race(address, "reads what was written", word.writer);
    Touch& reader = word.reader;
    if (reader.moment == now.block && reader.thread != now.thread && reader.thread != nobody) {
      reader.thread = several;
      if (reader.warp != now.warp) reader.warp = several;
      reader.warp_moment = now.warp_moment;
    } else {
      reader = {now.thread, now.warp, now.block, now.warp_moment};
    }
  });
}

void check_shared_write(void* address, std::size_t bytes) {
  const std::size_t offset = offset_of(address);
  std::uint8_t seen = 1;
  for (std::size_t i = 0; i < bytes; ++i) seen &= shadow[offset + i];
  if (seen == 0) report(FaultKind::out_of_bounds, "writes outside of its shared arrays");
  std::memset(shadow.data() + offset, 3, bytes);
  const ThreadMoment now = current_moment();
  for_words(address, bytes, [&](Word& word) {
    if (collides(word.writer, now)) race(address, "writes what was written", word.writer);
    if (collides(word.reader, now)) race(address, "writes what was read", word.reader);
    word.writer = {now.thread, now.warp, now.block, now.warp_moment};
  });
}

}  // namespace simt
