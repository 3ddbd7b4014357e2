// The values a pickle builds, as plain data: nothing here is ever called or constructed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cria::engine {

enum class PickleKind : std::uint8_t {
  none,
  boolean,
  integer,
  long_integer,  ///< wider than 64 bits; kept as its bytes
  text,
  tuple,
  list,
  dict,
  global,   ///< a name on the allow-list; number() says which
  storage,  ///< number() counts the storages met so far
  tensor,   ///< number() counts the tensors met so far
  opaque,   ///< a value that no reader of tensors asks for: a float, bytes, a device, a set
};

/// Names a value of one heap.
using PickleRef = std::uint32_t;

/// Grows by at most a few words for each byte of the pickle, up to a fixed limit; text is borrowed.
class PickleHeap {
 public:
  /// `source` is what every text lies in; it must outlive the heap.
  explicit PickleHeap(std::string_view source) : source_(source) {}

  PickleRef add(PickleKind kind, std::int64_t number = 0);
  /// Precondition: `text` lies in the source.
  PickleRef add_text(PickleKind kind, std::string_view text);
  PickleRef add_tuple(std::span<const PickleRef> items);
  /// To a list, or as key, value, key, value to a dict.
  void append(PickleRef container, std::span<const PickleRef> items);
  /// What one container holds, appended to another; a list of pairs becomes keys and values.
  bool append_pairs(PickleRef dict, PickleRef list_of_pairs);

  PickleKind kind(PickleRef value) const { return values_[value].kind; }
  std::int64_t number(PickleRef value) const { return values_[value].number; }
  std::string_view text(PickleRef value) const;
  /// Items of a tuple.
  std::span<const PickleRef> items(PickleRef tuple) const;

  /// Calls visit(span of items) for each run of a list's or dict's items, in order, until it
  /// returns false. Runs of a dict have even lengths.
  template <typename Visit>
  bool for_each_run(PickleRef container, Visit visit) const {
    for (std::uint32_t run = values_[container].first; run != no_run; run = runs_[run].next) {
      if (!visit(std::span(items_).subspan(runs_[run].first, runs_[run].count))) return false;
    }
    return true;
  }

  std::size_t size() const { return values_.size(); }
  std::size_t item_count() const { return items_.size(); }  ///< of all containers together
  /// True once a pickle has built more than any checkpoint needs.
  bool overflowing() const;

 private:
  static constexpr std::uint32_t no_run = 0xffffffff;

  struct Value {
    PickleKind kind = PickleKind::none;
    std::uint32_t first = no_run;  ///< tuple: of items_; list and dict: of runs_
    std::uint32_t count = 0;       ///< tuple: items; text: bytes; list and dict: the last run
    std::int64_t number = 0;       ///< text: where in source_
  };
  struct Run {
    std::uint32_t first, count, next;
  };

  std::string_view source_;
  std::vector<Value> values_;
  std::vector<PickleRef> items_;
  std::vector<Run> runs_;
};

}  // namespace cria::engine
