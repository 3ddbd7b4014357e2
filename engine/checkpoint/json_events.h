// A JSON file is read as events, never as a tree: memory stays in proportion to what is kept, and a
// key given twice is seen.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace cria::engine {

/// A handler that refuses everything; a reader overrides what it expects. Returning false ends the
/// parse; fail() says why.
class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return scalar("null"); }
  bool boolean(bool) override { return scalar("a truth value"); }
  bool number_integer(std::int64_t) override { return scalar("a negative number"); }
  bool number_unsigned(std::uint64_t) override { return scalar("a number"); }
  bool number_float(double, const std::string&) override { return scalar("a fraction"); }
  bool string(std::string&) override { return scalar("a string"); }
  bool binary(nlohmann::json::binary_t&) override { return scalar("binary data"); }
  bool start_array(std::size_t) override { return scalar("a list"); }
  bool end_array() override { return fail("has a stray ]"); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    return fail("is not valid JSON at byte " + std::to_string(position));
  }

  /// Runs over `text`. Empty on success, else what is wrong, to follow "PATH: its header ".
  std::string read(std::string_view text) {
    const bool done = nlohmann::json::sax_parse(text.data(), text.data() + text.size(), this);
    if (!done && problem_.empty()) problem_ = "is not valid JSON";
    return problem_;
  }

 protected:
  /// Any value that no override took.
  virtual bool scalar(const std::string& what) = 0;

  bool fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }

 private:
  std::string problem_;
};

}  // namespace cria::engine
