#include "engine/checkpoint/safetensors_header.h"

#include <limits>
#include <utility>

#include "engine/base/file_error.h"
#include "engine/checkpoint/json_events.h"
#include "engine/checkpoint/limits.h"

namespace cria::engine {
namespace {

/// {"NAME": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, "__metadata__": {..}}
class HeaderEvents : public JsonEvents {
 public:
  std::vector<SafetensorsEntry> entries;

  bool start_object(std::size_t) override {
    if (skipped_ > 0) return deeper();
    switch (place_) {
      case Place::before:
        place_ = Place::top;
        return true;
      case Place::metadata:
        if (inside_metadata_) return fail("has a __metadata__ that is not a map of strings");
        inside_metadata_ = true;
        return true;
      case Place::entry:
        place_ = Place::field;
        return true;
      case Place::unknown:
        return deeper();
      default:
        return scalar("an object");
    }
  }

  bool end_object() override {
    if (skipped_ > 0) return shallower();
    if (place_ == Place::metadata) {
      place_ = Place::top;
      return true;
    }
    if (place_ == Place::field) {
      place_ = Place::top;
      return entry_complete();
    }
    return true;
  }

  bool key(std::string& text) override {
    if (skipped_ > 0 || place_ == Place::metadata) return true;
    if (place_ == Place::top) return text == "__metadata__" ? begin_metadata() : begin_entry(text);
    if (text == "dtype") return begin_field(Place::dtype, seen_dtype_);
    if (text == "shape") return begin_field(Place::shape, seen_shape_);
    if (text == "data_offsets") return begin_field(Place::offsets, seen_offsets_);
    place_ = Place::unknown;
    return true;
  }

  bool start_array(std::size_t) override {
    if (skipped_ > 0 || place_ == Place::unknown) return deeper();
    if ((place_ != Place::shape && place_ != Place::offsets) || inside_list_) {
      return scalar("a list");
    }
    inside_list_ = true;
    numbers_.clear();
    return true;
  }

  bool end_array() override {
    if (skipped_ > 0) return shallower();
    inside_list_ = false;
    if (place_ == Place::shape) {
      entries.back().shape = std::exchange(numbers_, {});
    } else {
      if (numbers_.size() != 2) return entry_problem("needs two data_offsets");
      entries.back().begin = static_cast<std::uint64_t>(numbers_[0]);
      entries.back().end = static_cast<std::uint64_t>(numbers_[1]);
    }
    place_ = Place::field;
    return true;
  }

  bool number_unsigned(std::uint64_t value) override {
    if (!inside_list_ || skipped_ > 0) return scalar("a number");
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return entry_problem("has the impossible size or offset " + std::to_string(value));
    }
    if (numbers_.size() == max_dimensions) {
      return entry_problem("has more than " + std::to_string(max_dimensions) + " dimensions");
    }
    numbers_.push_back(static_cast<std::int64_t>(value));
    return true;
  }

  bool string(std::string& text) override {
    if (skipped_ > 0) return true;
    if (place_ == Place::metadata && inside_metadata_) return true;
    if (place_ != Place::dtype) return scalar("a string");
    entries.back().dtype = std::move(text);
    place_ = Place::field;
    return true;
  }

 protected:
  bool scalar(const std::string& what) override {
    if (skipped_ > 0) return true;
    switch (place_) {
      case Place::unknown:
        place_ = Place::field;
        return true;
      case Place::before:
      case Place::top:
        return fail("is not a JSON object but " + what);
      case Place::metadata:
        return fail("has a __metadata__ that is not a map of strings");
      case Place::entry:
        return entry_problem("should be an object but is " + what);
      default:
        return entry_problem("has " + what + " where " + expected() + " should be");
    }
  }

 private:
  enum class Place { before, top, metadata, entry, field, dtype, shape, offsets, unknown };

  std::string expected() const {
    switch (place_) {
      case Place::dtype:
        return "the dtype's name";
      case Place::shape:
        return inside_list_ ? "a size" : "the list of sizes";
      default:
        return inside_list_ ? "an offset" : "the list of two offsets";
    }
  }

  bool entry_problem(const std::string& what) {
    return fail("names tensor " + in_quotes(entries.back().name) + ", which " + what);
  }

  bool begin_metadata() {
    if (std::exchange(seen_metadata_, true)) return fail("has __metadata__ twice");
    place_ = Place::metadata;
    return true;
  }

  bool begin_entry(std::string& name) {
    if (entries.size() == max_tensors) {
      return fail("names more than " + std::to_string(max_tensors) + " tensors");
    }
    if (name.size() > max_tensor_name) {
      return fail("has the name " + in_quotes(name) + " of " + std::to_string(name.size()) +
                  " bytes, more than the " + std::to_string(max_tensor_name) + " allowed");
    }
    entries.emplace_back().name = std::move(name);
    seen_dtype_ = seen_shape_ = seen_offsets_ = false;
    place_ = Place::entry;
    return true;
  }

  bool begin_field(Place field, bool& seen) {
    if (std::exchange(seen, true)) return entry_problem("gives a field twice");
    place_ = field;
    return true;
  }

  bool entry_complete() {
    if (!seen_dtype_) return entry_problem("has no dtype");
    if (!seen_shape_) return entry_problem("has no shape");
    if (!seen_offsets_) return entry_problem("has no data_offsets");
    return true;
  }

  bool deeper() {
    if (++skipped_ > max_nesting) return fail("is nested too deeply");
    return true;
  }
  bool shallower() {
    if (--skipped_ == 0) place_ = Place::field;
    return true;
  }

  Place place_ = Place::before;
  bool inside_metadata_ = false;
  bool inside_list_ = false;
  bool seen_metadata_ = false;
  bool seen_dtype_ = false;
  bool seen_shape_ = false;
  bool seen_offsets_ = false;
  std::size_t skipped_ = 0;  ///< depth inside a field that is not known, and ignored
  std::vector<std::int64_t> numbers_;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view json) {
  HeaderEvents events;
  SafetensorsHeader header;
  header.problem = events.read(json);
  if (!header.problem.empty()) header.problem = "its header " + header.problem;
  header.entries = std::move(events.entries);
  return header;
}

}  // namespace cria::engine
