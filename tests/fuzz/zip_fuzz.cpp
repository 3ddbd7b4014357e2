#include "engine/checkpoint/zip.h"
#include "tests/fuzz/inside.h"

using namespace cria::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = as_bytes(data, size);
  const auto archive = ZipArchive::read(file, fuzzed_name);
  if (!archive) return 0;
  const ZipRecord* record = archive->find(archive->first_name());
  if (record == nullptr) __builtin_trap();
  const auto records = {record->data, std::as_bytes(std::span(record->name))};
  for (const auto part : records) {
    if (part.empty()) continue;
    if (part.data() < file.data() || part.data() + part.size() > file.data() + file.size()) {
      __builtin_trap();
    }
  }
  return 0;
}
