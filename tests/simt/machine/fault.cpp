#include "tests/simt/machine/fault.h"

#include <cstdio>
#include <utility>

#include "tests/simt/machine/block.h"

namespace simt {
namespace {

Fault first;
std::string last_text;

}  // namespace

void report(FaultKind kind, const std::string& text) {
  const Unchecked building_words;
  std::string where;
  if (in_kernel()) where = describe_current_thread() + ": ";
  std::fprintf(stderr, "simt: %s%s\n", where.c_str(), text.c_str());
  last_text = where + text;
  if (first.kind == FaultKind::none) first = {kind, where + text};
  if (in_kernel()) abandon_launch();
}

const std::string& last_fault_text() { return last_text; }

Fault take_fault() { return std::exchange(first, {}); }

}  // namespace simt
