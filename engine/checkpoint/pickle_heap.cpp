#include "engine/checkpoint/pickle_heap.h"

#include "engine/checkpoint/limits.h"

namespace cria::engine {

PickleRef PickleHeap::add(PickleKind kind, std::int64_t number) {
  Value value;
  value.kind = kind;
  value.number = number;
  values_.push_back(value);
  return static_cast<PickleRef>(values_.size() - 1);
}

PickleRef PickleHeap::add_text(PickleKind kind, std::string_view text) {
  const PickleRef ref = add(kind, text.data() - source_.data());
  values_[ref].count = static_cast<std::uint32_t>(text.size());
  return ref;
}

PickleRef PickleHeap::add_tuple(std::span<const PickleRef> items) {
  const PickleRef ref = add(PickleKind::tuple);
  values_[ref].first = static_cast<std::uint32_t>(items_.size());
  values_[ref].count = static_cast<std::uint32_t>(items.size());
  items_.insert(items_.end(), items.begin(), items.end());
  return ref;
}

void PickleHeap::append(PickleRef container, std::span<const PickleRef> items) {
  if (items.empty()) return;
  const auto run = static_cast<std::uint32_t>(runs_.size());
  runs_.push_back({static_cast<std::uint32_t>(items_.size()),
                   static_cast<std::uint32_t>(items.size()), no_run});
  items_.insert(items_.end(), items.begin(), items.end());
  Value& value = values_[container];
  if (value.first == no_run) {
    value.first = run;
  } else {
    runs_[value.count].next = run;
  }
  value.count = run;
}

bool PickleHeap::append_pairs(PickleRef dict, PickleRef list_of_pairs) {
  std::vector<PickleRef> flat;
  const auto gather = [&](PickleRef value) {
    if (kind(value) == PickleKind::tuple) {
      flat.insert(flat.end(), items(value).begin(), items(value).end());
      return;
    }
    if (kind(value) != PickleKind::list) return;
    for_each_run(value, [&](std::span<const PickleRef> run) {
      flat.insert(flat.end(), run.begin(), run.end());
      return flat.size() <= 2 * max_pickle_values;
    });
  };
  const bool fits = for_each_run(list_of_pairs, [&](std::span<const PickleRef> run) {
    for (const PickleRef pair : run) {
      const std::size_t before = flat.size();
      gather(pair);
      if (flat.size() != before + 2) return false;
    }
    return true;
  });
  if (fits) append(dict, flat);
  return fits;
}

std::string_view PickleHeap::text(PickleRef value) const {
  return source_.substr(static_cast<std::size_t>(values_[value].number), values_[value].count);
}

std::span<const PickleRef> PickleHeap::items(PickleRef tuple) const {
  const Value& value = values_[tuple];
  return value.count == 0 ? std::span<const PickleRef>()
                          : std::span(items_).subspan(value.first, value.count);
}

bool PickleHeap::overflowing() const {
  return values_.size() > max_pickle_values || items_.size() > 2 * max_pickle_values ||
         runs_.size() > max_pickle_values;
}

}  // namespace cria::engine
