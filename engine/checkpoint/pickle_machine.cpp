#include "engine/checkpoint/pickle_machine.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/byte_reader.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/limits.h"
#include "engine/checkpoint/pickle_opcodes.h"

namespace cria::engine {
namespace {

using Op = PickleOpcode;
using Items = std::span<const PickleRef>;

constexpr PickleRef never_set = 0xffffffff;
constexpr std::size_t max_marks = 10'000;

class Machine {
 public:
  Machine(std::span<const std::byte> bytes, PickleHeap& heap, PickleHooks& hooks)
      : bytes_(bytes), reader_(bytes), heap_(heap), hooks_(hooks) {}

  Result<PickleResult> run() {
    while (true) {
      const auto opcode = reader_.number(1);
      if (!opcode) return problem("ends before its STOP: the file is cut short");
      if (static_cast<Op>(*opcode) == Op::stop) break;
      if (!step(static_cast<Op>(*opcode))) return problem(problem_);
      if (heap_.overflowing() || stack_.size() > max_pickle_values) {
        return problem("builds more values than any checkpoint needs");
      }
      if (marks_.size() > max_marks) return problem("is nested too deeply");
    }
    if (!marks_.empty() || stack_.size() != 1) return problem("stops with its stack not in order");
    return PickleResult{stack_.back(), reader_.position()};
  }

 private:
  Error problem(const std::string& what) const {
    return {ErrorKind::checkpoint, what + " (at byte " + std::to_string(reader_.position()) + ")"};
  }

  bool fail(std::string what) {
    problem_ = std::move(what);
    return false;
  }
  bool cut_short() { return fail("runs past its end: the file is cut short"); }

  bool push(PickleRef value) {
    stack_.push_back(value);
    return true;
  }
  bool push(const Result<PickleRef>& value) {
    return value ? push(*value) : fail(value.error().message);
  }

  /// The values above the topmost mark stay out of reach of what came before it.
  std::size_t reachable() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }
  std::optional<PickleRef> pop() {
    if (reachable() == 0) {
      fail("takes a value from an empty stack");
      return std::nullopt;
    }
    const PickleRef value = stack_.back();
    stack_.pop_back();
    return value;
  }
  std::optional<PickleRef> top() {
    const auto value = pop();
    if (value) stack_.push_back(*value);
    return value;
  }

  /// Takes the topmost mark away; the values above it are those from the returned position on.
  std::optional<std::size_t> pop_mark() {
    if (marks_.empty()) {
      fail("looks for a mark that is not there");
      return std::nullopt;
    }
    const std::size_t mark = marks_.back();
    marks_.pop_back();
    return mark;
  }
  Items above(std::size_t position) const { return Items(stack_).subspan(position); }

  bool step(Op opcode) {
    switch (opcode) {
      case Op::proto:
        return protocol();
      case Op::frame:
        return reader_.number(8) ? true : cut_short();
      case Op::mark:
        marks_.push_back(stack_.size());
        return true;
      case Op::pop:
        return discard();
      case Op::pop_mark:
        return truncate_to(pop_mark());
      case Op::dup: {
        const auto value = top();
        return value && push(*value);
      }
      case Op::none:
        return push(heap_.add(PickleKind::none));
      case Op::newtrue:
        return push(heap_.add(PickleKind::boolean, 1));
      case Op::newfalse:
        return push(heap_.add(PickleKind::boolean, 0));
      case Op::binint:
      case Op::binint1:
      case Op::binint2:
      case Op::long1:
      case Op::int_text:
      case Op::long_text:
      case Op::float_text:
      case Op::binfloat:
        return number(opcode);
      case Op::short_binstring:
      case Op::short_binunicode:
        return text(PickleKind::text, 1);
      case Op::binstring:
      case Op::binunicode:
        return text(PickleKind::text, 4);
      case Op::binunicode8:
        return text(PickleKind::text, 8);
      case Op::short_binbytes:
        return text(PickleKind::opaque, 1);
      case Op::binbytes:
        return text(PickleKind::opaque, 4);
      case Op::binbytes8:
      case Op::bytearray8:
        return text(PickleKind::opaque, 8);
      case Op::empty_list:
        return push(heap_.add(PickleKind::list));
      case Op::empty_dict:
        return push(heap_.add(PickleKind::dict));
      case Op::empty_set:
        return push(heap_.add(PickleKind::opaque));
      case Op::empty_tuple:
        return push(heap_.add_tuple({}));
      case Op::tuple1:
        return tuple(1);
      case Op::tuple2:
        return tuple(2);
      case Op::tuple3:
        return tuple(3);
      case Op::tuple:
        return marked_tuple();
      case Op::append:
        return add_last(PickleKind::list, 1);
      case Op::setitem:
        return add_last(PickleKind::dict, 2);
      case Op::appends:
        return add_marked(PickleKind::list);
      case Op::setitems:
        return add_marked(PickleKind::dict);
      case Op::additems:
        return add_marked(PickleKind::opaque);
      default:
        return step_object(opcode);
    }
  }

  /// What refers to other objects: the memo, and what a real unpickler would look up or call.
  bool step_object(Op opcode) {
    switch (opcode) {
      case Op::binput:
        return put(reader_.number(1));
      case Op::long_binput:
        return put(reader_.number(4));
      case Op::put_text:
        return put(text_index());
      case Op::memoize:
        return put(memoized_);
      case Op::binget:
        return get(reader_.number(1));
      case Op::long_binget:
        return get(reader_.number(4));
      case Op::get_text:
        return get(text_index());
      case Op::global:
        return global();
      case Op::stack_global:
        return stack_global();
      case Op::reduce: {
        const auto arguments = pop();
        const auto callable = arguments ? pop() : std::nullopt;
        return callable && push(hooks_.reduce(*callable, *arguments));
      }
      case Op::binpersid: {
        const auto id = pop();
        return id && push(hooks_.persistent(*id));
      }
      case Op::build:
        return build();
      default:
        return fail("holds opcode " + std::to_string(static_cast<unsigned>(opcode)) +
                    ", which no checkpoint of plain tensors needs; it was not run");
    }
  }

  bool protocol() {
    const auto version = reader_.number(1);
    if (!version) return cut_short();
    if (*version <= 5) return true;
    return fail("has protocol " + std::to_string(*version) + ", expected at most 5");
  }

  /// POP takes a mark where one lies on top.
  bool discard() {
    if (!marks_.empty() && reachable() == 0) return pop_mark().has_value();
    return pop().has_value();
  }

  bool truncate_to(std::optional<std::size_t> position) {
    if (position) stack_.resize(*position);
    return position.has_value();
  }

  bool number(Op opcode) {
    switch (opcode) {
      case Op::binint1:
        return integer(reader_.number(1));
      case Op::binint2:
        return integer(reader_.number(2));
      case Op::binint: {
        const auto value = reader_.number(4);
        if (!value) return cut_short();
        return push(heap_.add(PickleKind::integer, static_cast<std::int32_t>(*value)));
      }
      case Op::binfloat:
        if (!reader_.number(8)) return cut_short();
        return push(heap_.add(PickleKind::opaque));
      case Op::long1:
        return long_integer();
      default:
        return text_number(opcode);
    }
  }

  bool integer(std::optional<std::uint64_t> value) {
    if (!value) return cut_short();
    return push(heap_.add(PickleKind::integer, static_cast<std::int64_t>(*value)));
  }

  /// Two's complement, lowest byte first.
  bool long_integer() {
    const auto length = reader_.number(1);
    const auto bytes = length ? reader_.take(*length) : std::nullopt;
    if (!bytes) return cut_short();
    if (bytes->size() > 8) {
      return push(heap_.add_text(PickleKind::long_integer, as_text(*bytes)));
    }
    std::uint64_t value = little_endian(*bytes);
    const std::size_t unused = 64 - 8 * bytes->size();
    if (unused > 0 && unused < 64) {
      value = static_cast<std::uint64_t>(static_cast<std::int64_t>(value << unused) >> unused);
    }
    return push(heap_.add(PickleKind::integer, static_cast<std::int64_t>(value)));
  }

  bool text_number(Op opcode) {
    auto line = reader_.line();
    if (!line) return cut_short();
    if (opcode == Op::float_text) return push(heap_.add(PickleKind::opaque));
    if (opcode == Op::int_text && (*line == "00" || *line == "01")) {
      return push(heap_.add(PickleKind::boolean, line->back() == '1'));
    }
    if (opcode == Op::long_text && line->ends_with('L')) line->remove_suffix(1);
    std::int64_t value = 0;
    const auto end = line->data() + line->size();
    const auto [stop, code] = std::from_chars(line->data(), end, value);
    if (code != std::errc() || stop != end) {
      return fail("has " + in_quotes(*line) + " where a number of 64 bits should be");
    }
    return push(heap_.add(PickleKind::integer, value));
  }

  bool text(PickleKind kind, std::size_t width) {
    const auto length = reader_.number(width);
    const auto bytes = length ? reader_.take(*length) : std::nullopt;
    if (!bytes) return cut_short();
    return push(heap_.add_text(kind, as_text(*bytes)));
  }

  bool tuple(std::size_t count) {
    if (reachable() < count) return fail("takes a value from an empty stack");
    return tuple_from(stack_.size() - count);
  }
  bool marked_tuple() {
    const auto mark = pop_mark();
    return mark && tuple_from(*mark);
  }
  bool tuple_from(std::size_t position) {
    const PickleRef value = heap_.add_tuple(above(position));
    stack_.resize(position);
    return push(value);
  }

  bool add_last(PickleKind kind, std::size_t count) {
    if (reachable() < count + 1) return fail("takes a value from an empty stack");
    return add_from(kind, stack_.size() - count);
  }
  bool add_marked(PickleKind kind) {
    const auto mark = pop_mark();
    if (!mark) return false;
    if (kind == PickleKind::dict && above(*mark).size() % 2 != 0) {
      return fail("sets a key without a value");
    }
    if (*mark <= (marks_.empty() ? 0 : marks_.back())) return fail("adds items to nothing");
    return add_from(kind, *mark);
  }
  /// Adds the values from `position` on to the container below them.
  bool add_from(PickleKind kind, std::size_t position) {
    const PickleRef container = stack_[position - 1];
    if (heap_.kind(container) != kind) return fail("adds items to what holds none");
    if (kind != PickleKind::opaque) heap_.append(container, above(position));
    stack_.resize(position);
    return true;
  }

  std::optional<std::uint64_t> text_index() {
    const auto line = reader_.line();
    if (!line) return std::nullopt;
    std::uint32_t value = 0;
    const auto end = line->data() + line->size();
    const auto [stop, code] = std::from_chars(line->data(), end, value);
    return code == std::errc() && stop == end ? std::optional<std::uint64_t>(value) : std::nullopt;
  }

  bool put(std::optional<std::uint64_t> index) {
    const auto value = top();
    if (!index) return cut_short();
    if (!value) return false;
    // A pickler counts its puts, and each takes bytes: a higher number is a bomb.
    if (*index > bytes_.size() || *index > max_pickle_values) {
      return fail("uses memo entry " + std::to_string(*index) + ", out of proportion to its size");
    }
    const auto place = static_cast<std::size_t>(*index);
    if (place >= memo_.size()) memo_.resize(place + 1, never_set);
    if (memo_[place] == never_set) ++memoized_;
    memo_[place] = *value;
    return true;
  }
  bool get(std::optional<std::uint64_t> index) {
    if (!index) return cut_short();
    if (*index >= memo_.size() || memo_[static_cast<std::size_t>(*index)] == never_set) {
      return fail("reads memo entry " + std::to_string(*index) + ", which was never written");
    }
    return push(memo_[static_cast<std::size_t>(*index)]);
  }

  bool global() {
    const auto module = reader_.line();
    const auto name = module ? reader_.line() : std::nullopt;
    if (!name) return cut_short();
    return push(hooks_.global(*module, *name));
  }
  bool stack_global() {
    const auto name = pop();
    const auto module = name ? pop() : std::nullopt;
    if (!module) return false;
    if (heap_.kind(*module) != PickleKind::text || heap_.kind(*name) != PickleKind::text) {
      return fail("names a global by something that is no text");
    }
    return push(hooks_.global(heap_.text(*module), heap_.text(*name)));
  }

  /// The state of a dict or a tensor (its _metadata, its Python attributes) is of no interest.
  bool build() {
    const auto state = pop();
    const auto target = state ? top() : std::nullopt;
    if (!target) return false;
    const PickleKind kind = heap_.kind(*target);
    if (kind == PickleKind::dict || kind == PickleKind::tensor) return true;
    return fail("sets the state of an object that is neither a dict nor a tensor");
  }

  std::span<const std::byte> bytes_;
  ByteReader reader_;
  PickleHeap& heap_;
  PickleHooks& hooks_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;
  std::vector<PickleRef> memo_;
  std::uint64_t memoized_ = 0;
  std::string problem_;
};

}  // namespace

Result<PickleResult> run_pickle(std::span<const std::byte> bytes, PickleHeap& heap,
                                PickleHooks& hooks) {
  const auto window = bytes.first(std::min<std::size_t>(bytes.size(), max_pickle));
  return Machine(window, heap, hooks).run();
}

}  // namespace cria::engine
